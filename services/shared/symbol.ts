/** What a symbol may look like; anything else never becomes a channel name, a key or a metric label. */
const pattern = /^[A-Za-z0-9^][A-Za-z0-9.^=_/-]{0,31}$/

/** In words, for error messages. */
export const symbolRule = 'a symbol is 1 to 32 of A-Z a-z 0-9 . ^ = _ / - and begins with a letter, a digit or ^'

export function isSymbol(value: string): boolean {
  return pattern.test(value)
}
