/* How late quotes are: their price is the time that they were scheduled for. */
#pragma once
#include "program.h"
#include "websocket.h"

enum { LATENCIES = 8192 };

static uint32_t latencies[LATENCIES];

/* Exact below 128 µs, then 128 steps for each power of two. */
static int latencyIndex(uint64_t us) {
  int shift = 0;
  while (us >> shift >= 256) shift++;
  int index = shift * 128 + (int)(us >> shift);
  return index < LATENCIES ? index : LATENCIES - 1;
}

static double latencyOf(int index) {
  if (index < 256) return index;
  int shift = index / 128 - 1;
  return ((double)(index - shift * 128) + 0.5) * (double)(1ULL << shift);
}

/* Of a QuoteBatch in a binary frame: entry, quote, symbol, then the price as field 2. */
static int protobufPrice(const unsigned char *p, size_t length, double *price) {
  size_t at = 0;
  for (int depth = 0; depth < 3; depth++) {
    if (at >= length || p[at++] != 0x0a) return 0;
    size_t size = 0;
    for (int shift = 0; at < length; shift += 7) {
      size |= (size_t)(p[at] & 127) << shift;
      if (p[at++] < 128) break;
    }
    if (depth == 2) at += size;
  }
  if (at + 9 > length || p[at] != 0x11) return 0;
  memcpy(price, p + at + 1, 8);
  return 1;
}

/* `baseUs`: Unix µs that price 0 stands for. */
static void sampleLatency(int opcode, const unsigned char *payload, size_t length, double baseUs) {
  double price;
  if (opcode == WS_TEXT) {
    const char *found = findText(payload, length, "\"price\":");
    if (!found) return;
    price = strtod(found + 8, NULL);
  } else if (!protobufPrice(payload, length, &price)) {
    return;
  }
  double us = (double)clockUs(CLOCK_REALTIME) - (baseUs + price);
  latencies[latencyIndex(us < 0 ? 0 : (uint64_t)us)]++;
}

/* `US:TIMES` for each that was seen, a space before; then it starts anew. */
static void printLatencies(void) {
  for (int i = 0; i < LATENCIES; i++) {
    if (latencies[i] > 0) printf(" %.1f:%u", latencyOf(i), latencies[i]);
  }
  memset(latencies, 0, sizeof latencies);
}
