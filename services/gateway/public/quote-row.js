// @ts-check
/**
 * One row of the watch page: a symbol's <tr> and what came since it was added.
 *
 * In:  quotes, counts of missed ones, a rejection's message.
 * Out: the cells, when `render` is called; only that writes quotes to the DOM.
 * Bound: 60 prices for the sparkline.
 */

/** @import { Quote } from './quote-client.js' */

const MAX_POINTS = 60
const TREND_WIDTH = 120
const TREND_HEIGHT = 24

const priceFormat = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 8 })
const volumeFormat = new Intl.NumberFormat('en')
const changeFormat = signedFormat(4)
const percentFormat = signedFormat(2)

/** One symbol: what came since it was added, and its <tr>. Only `render` writes quotes to the DOM. */
export class QuoteRow {
  /** @type {Quote | undefined} */
  #quote
  /** @type {number[]} */
  #prices = []
  #missed = 0
  #shownPrice = Number.NaN

  /** @param {string} symbol @param {(symbol: string) => void} onRemove */
  constructor(symbol, onRemove) {
    /** @type {HTMLTableRowElement} */
    this.element = element('row').content.firstElementChild.cloneNode(true)
    this.element.dataset.symbol = symbol
    this.cell('.name').textContent = symbol
    const remove = this.cell('.remove')
    remove.setAttribute('aria-label', `Remove ${symbol}`)
    remove.addEventListener('click', () => onRemove(symbol))
  }

  /** @param {string} selector @returns {any} */
  cell(selector) {
    return this.element.querySelector(selector)
  }

  /** @param {Quote} quote */
  add(quote) {
    this.#quote = quote
    this.#prices.push(quote.price)
    if (this.#prices.length > MAX_POINTS) this.#prices.shift()
  }

  /** @param {number} count */
  miss(count) {
    this.#missed += count
  }

  /** @param {string} message empty once the symbol is accepted */
  setRejection(message) {
    this.cell('.rejection').textContent = message
    this.element.toggleAttribute('data-rejected', message !== '')
  }

  render() {
    this.#renderMissed()
    const quote = this.#quote
    if (quote === undefined) return
    this.#flash(quote.price)
    this.element.dataset.price = String(quote.price)
    if (quote.seq === undefined) delete this.element.dataset.seq
    else this.element.dataset.seq = String(quote.seq)
    this.element.title = quote.volume === undefined ? '' : `volume ${volumeFormat.format(quote.volume)}`
    this.cell('.price').textContent = priceFormat.format(quote.price)
    this.cell('path').setAttribute('d', sparkline(this.#prices))
    this.#renderChange(quote)
    this.#renderBidAsk(quote)
    this.#renderTime(quote)
  }

  /** @param {number} price */
  #flash(price) {
    const { classList, dataset } = this.element
    if (price > this.#shownPrice) classList.replace('down', 'up') || classList.add('up')
    else if (price < this.#shownPrice) classList.replace('up', 'down') || classList.add('down')
    // Two equal animations take turns: a changed name restarts one without forcing a layout.
    if (price !== this.#shownPrice) dataset.flash = dataset.flash === 'a' ? 'b' : 'a'
    this.#shownPrice = price
  }

  /** @param {Quote} quote */
  #renderChange({ change, changePercent }) {
    const parts = []
    if (change !== undefined) parts.push(changeFormat.format(change))
    if (changePercent !== undefined) parts.push(`(${percentFormat.format(changePercent)}%)`)
    const cell = this.cell('.change')
    cell.textContent = parts.join(' ')
    cell.dataset.sign = String(Math.sign(change ?? changePercent ?? 0))
  }

  /** @param {Quote} quote */
  #renderBidAsk({ bid, ask }) {
    const known = bid !== undefined || ask !== undefined
    const [bidText, askText] = [bid, ask].map((side) => (side === undefined ? '–' : priceFormat.format(side)))
    this.cell('.bid-ask').textContent = known ? `${bidText} / ${askText}` : ''
    // Few feeds know these: the column shows once one does.
    if (known) element('quotes').classList.add('has-bid-ask')
  }

  /** @param {Quote} quote */
  #renderTime({ timestamp }) {
    const date = new Date(timestamp)
    const isKnown = !Number.isNaN(date.getTime())
    const isToday = date.toDateString() === new Date().toDateString()
    const time = this.cell('time')
    time.dateTime = time.title = isKnown ? timestamp : ''
    // A replay's quotes can be years old, where the hour alone would mislead.
    time.textContent = !isKnown ? '–' : isToday ? date.toLocaleTimeString('en-GB') : date.toISOString().slice(0, 10)
  }

  #renderMissed() {
    if (this.#missed === 0) return
    this.cell('.missed').textContent = String(this.#missed)
    element('quotes').classList.add('has-missed')
  }
}

/** @param {string} id @returns {any} */
function element(id) {
  return document.getElementById(id)
}

/** @param {number} maximumFractionDigits */
function signedFormat(maximumFractionDigits) {
  return new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits, signDisplay: 'exceptZero' })
}

/** @param {number[]} prices @returns {string} an SVG path, oldest left */
function sparkline(prices) {
  const low = Math.min(...prices)
  const range = Math.max(...prices) - low
  const step = TREND_WIDTH / (MAX_POINTS - 1)
  const start = TREND_WIDTH - (prices.length - 1) * step
  const points = prices.map((price, i) => {
    // One unit of margin keeps the stroke inside the box.
    const height = range === 0 ? 0.5 : (price - low) / range
    return `${(start + i * step).toFixed(1)} ${(TREND_HEIGHT - 1 - height * (TREND_HEIGHT - 2)).toFixed(1)}`
  })
  return `M${points.join('L')}`
}
