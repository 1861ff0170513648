/** `npm run synth`: rewrites charts/quotewire and deploy/ from the definition in this folder. No network, no cluster. */
import { writeKubernetesFiles } from './write-files.ts'

writeKubernetesFiles()
