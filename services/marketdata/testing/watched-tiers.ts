/** Tier data that knows how many watch it: 0 shows that streams left nothing behind. */
import { CurrentTiers } from '../current-tiers.ts'

export class WatchedTiers extends CurrentTiers {
  watcherCount = 0

  override watch(watcher: () => void): () => void {
    const end = super.watch(watcher)
    this.watcherCount++
    return () => {
      this.watcherCount--
      end()
    }
  }
}
