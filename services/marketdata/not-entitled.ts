/** The founding design's words for a symbol that a tier may not have. */
export function notEntitled(symbol: string): string {
  return `Symbol ${symbol} not allowed for your subscription`
}
