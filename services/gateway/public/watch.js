// @ts-check
/**
 * The watch page: a table of live quotes, one row a symbol, over one QuoteClient.
 *
 * In:  the address's fragment (#token=…&symbols=A,B), the two forms, the client's callbacks.
 * Out: the DOM, at most once a frame, and the fragment, so that a reload and a shared link keep the symbols.
 * Bound: 200 rows of 60 prices. Quotes between two frames all reach the sparkline; the cells show the last.
 * Tests read body[data-state], #state and each row's data-symbol, data-price, data-seq and data-stale.
 */
import { isSymbol, QuoteClient } from './quote-client.js'
import { QuoteRow } from './quote-row.js'

/** @import { Message, Quote, Rejection, State } from './quote-client.js' */

const DEFAULT_SYMBOLS = ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT']
const MAX_ROWS = 200

/** @type {Map<string, QuoteRow>} */
const rows = new Map()
/** @type {Set<QuoteRow>} */
const changedRows = new Set()
let token = ''
/** @type {QuoteClient | undefined} */
let client

/** @param {string} id @returns {any} */
function element(id) {
  return document.getElementById(id)
}

/** @param {QuoteRow} row */
function renderSoon(row) {
  if (changedRows.size === 0) requestAnimationFrame(renderChanged)
  changedRows.add(row)
}

function renderChanged() {
  const changed = [...changedRows]
  // First, so that a quote which cannot be shown does not stop all later frames.
  changedRows.clear()
  for (const row of changed) row.render()
}

function readFragment() {
  const fragment = new URLSearchParams(location.hash.slice(1))
  return { token: fragment.get('token') ?? '', symbols: fragment.get('symbols')?.split(/[\s,]+/) }
}

function writeFragment() {
  const symbols = [...rows.keys()].map(encodeURIComponent).join(',')
  const prefix = token === '' ? '' : `token=${encodeURIComponent(token)}&`
  history.replaceState(null, '', `#${prefix}symbols=${symbols}`)
}

/** Says in #notice what could not be added, and returns those texts. @param {string[]} texts */
function addSymbols(texts) {
  const wanted = [...new Set(texts)].filter((text) => text !== '' && !rows.has(text))
  const malformed = wanted.filter((text) => !isSymbol(text))
  const wellFormed = wanted.filter(isSymbol)
  const added = wellFormed.slice(0, MAX_ROWS - rows.size)
  const beyond = wellFormed.slice(added.length)
  for (const symbol of added) {
    const row = new QuoteRow(symbol, removeByButton)
    rows.set(symbol, row)
    element('rows').append(row.element)
  }
  client?.subscribe(added)
  const notices = []
  if (malformed.length > 0) notices.push(`Not a well-formed symbol: ${malformed.join(', ').slice(0, 200)}.`)
  if (beyond.length > 0) notices.push(`This page holds at most ${MAX_ROWS} symbols; ${beyond.length} not added.`)
  showNotice(notices.join(' '))
  showCount()
  return [...malformed, ...beyond]
}

/** @param {string[]} symbols */
function removeSymbols(symbols) {
  client?.unsubscribe(symbols)
  for (const symbol of symbols) {
    rows.get(symbol)?.element.remove()
    rows.delete(symbol)
  }
  showCount()
}

/** @param {string} symbol */
function removeByButton(symbol) {
  const row = rows.get(symbol)?.element
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling
  removeSymbols([symbol])
  writeFragment()
  // The focused button is gone; without this the keyboard would start from the top of the page.
  const next = /** @type {HTMLElement | null | undefined} */ (neighbour?.querySelector('.remove'))
  ;(next ?? element('symbols')).focus()
}

function showCount() {
  element('count').textContent = rows.size === 1 ? '1 symbol' : `${rows.size} symbols`
  element('empty').hidden = rows.size > 0
}

/** @param {string} text */
function showNotice(text) {
  element('notice').textContent = text
}

/** @param {State | { name: 'no-token' }} state */
function showState(state) {
  document.body.dataset.state = state.name
  element('state').textContent = describe(state)
  if (state.name === 'no-token' || state.name === 'refused') element('token-form').hidden = false
}

/** @param {State | { name: 'no-token' }} state */
function describe(state) {
  switch (state.name) {
    case 'live':
      return `live · ${describeSession(state)}`
    case 'stale': {
      const which = state.symbols.length > 4 ? `${state.symbols.length} symbols` : state.symbols.join(', ')
      return `stale · no source for ${which} · ${describeSession(state)}`
    }
    case 'waiting':
      return `reconnecting in ${(state.waitMs / 1000).toFixed(1)} s · ${state.message}`
    case 'refused':
      return `refused: ${state.message}`
    case 'no-token':
      return 'no token: paste one to connect'
    default:
      return state.name
  }
}

/** @param {{ connectionId: string, tier: string }} session */
function describeSession({ connectionId, tier }) {
  return `connection ${connectionId}${tier === '' ? '' : ` · tier ${tier}`}`
}

/** @param {Quote} quote */
function onQuote(quote) {
  const row = rows.get(quote.symbol)
  if (row === undefined) return
  row.add(quote)
  renderSoon(row)
}

/** @param {Rejection} rejection */
function onRejected({ symbol, message }) {
  rows.get(symbol)?.setRejection(message)
}

/** @param {Message} message */
function onMessage(message) {
  switch (message.type) {
    case 'connected':
      // Staleness belongs to a connection; the new gateway names its own.
      return setStale([...rows.keys()], false)
    case 'subscribed':
      return onSubscribed(message)
    case 'gap':
      return onGap(message)
    case 'stale':
      return setStale(message.symbols, true)
    case 'fresh':
      return setStale(message.symbols, false)
    case 'error':
      return onError(message)
    case 'token_expiring':
      element('token-form').hidden = false
      return showNotice('The token expires soon. Paste a new one to go on.')
  }
}

/** @param {Message} message */
function onSubscribed({ symbols }) {
  if (!Array.isArray(symbols)) return
  for (const symbol of symbols) rows.get(symbol)?.setRejection('')
}

/** @param {Message} message */
function onGap({ symbol, fromSeq, toSeq }) {
  const row = rows.get(symbol)
  if (row === undefined || !Number.isFinite(toSeq - fromSeq)) return
  row.miss(toSeq - fromSeq + 1)
  renderSoon(row)
}

/** @param {unknown} symbols @param {boolean} isStale */
function setStale(symbols, isStale) {
  if (!Array.isArray(symbols)) return
  for (const symbol of symbols) rows.get(symbol)?.element.toggleAttribute('data-stale', isStale)
}

/** @param {Message} message */
function onError({ symbol, error, code, message }) {
  // A symbol's error shows in its row, and a fatal one in the state when the close follows.
  if (!rows.has(symbol) && error === undefined) showNotice(String(message ?? code))
}

/** @param {string} newToken */
function connect(newToken) {
  client?.close()
  client = undefined
  token = newToken
  element('token-form').hidden = true
  showNotice('')
  if (token === '') return showState({ name: 'no-token' })
  const url = `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/ws`
  client = new QuoteClient({ url, token, onState: showState, onQuote, onRejected, onMessage })
  client.subscribe(rows.keys())
}

function applyFragment() {
  const fragment = readFragment()
  const wanted = fragment.symbols ?? (rows.size > 0 ? [...rows.keys()] : DEFAULT_SYMBOLS)
  if (fragment.token !== token || client === undefined) connect(fragment.token)
  removeSymbols([...rows.keys()].filter((symbol) => !wanted.includes(symbol)))
  addSymbols(wanted)
  writeFragment()
}

/** @param {SubmitEvent} event */
function onTokenSubmit(event) {
  event.preventDefault()
  const field = element('token')
  const pasted = field.value.trim()
  field.value = ''
  connect(pasted.replace(/^Bearer\s+/i, ''))
  writeFragment()
}

/** @param {SubmitEvent} event */
function onAddSubmit(event) {
  event.preventDefault()
  const field = element('symbols')
  // What was not added stays for correction.
  field.value = addSymbols(field.value.split(/[\s,]+/)).join(' ')
  writeFragment()
}

element('token-form').addEventListener('submit', onTokenSubmit)
element('add-form').addEventListener('submit', onAddSubmit)
addEventListener('hashchange', applyFragment)
applyFragment()
