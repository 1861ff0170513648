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

/* `baseUs`: Unix µs that price 0 stands for. */
static void sampleLatency(int opcode, const unsigned char *payload, size_t length, double baseUs) {
  if (opcode != WS_TEXT) return;
  const char *found = findText(payload, length, "\"price\":");
  if (!found) return;
  double price = strtod(found + 8, NULL);
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
