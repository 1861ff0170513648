/* Time, chance, and a wheel that wakes numbered things: one slot a millisecond, longer than any wait. */
#pragma once
#include "program.h"

enum { WHEEL_SLOTS = 65536, LONGEST_WAIT_US = 60000000 };

typedef struct {
  uint64_t atUs;
  int next, isQueued;
} Timer;

static uint64_t nowUs, randomState, wheelMs;
static int wheel[WHEEL_SLOTS];

static void readClock(void) { nowUs = clockUs(CLOCK_MONOTONIC); }

/* In [0, limit); xorshift64*. */
static uint64_t randomBelow(uint64_t limit) {
  randomState ^= randomState >> 12;
  randomState ^= randomState << 25;
  randomState ^= randomState >> 27;
  return limit == 0 ? 0 : (randomState * 0x2545F4914F6CDD1DULL >> 11) % limit;
}

static void startTimers(uint64_t seed) {
  randomState = seed * 2 + 1;
  memset(wheel, -1, sizeof wheel);
  readClock();
  wheelMs = nowUs / 1000;
}

/* The last call counts; where an earlier one is queued, it wakes no sooner than that. */
static void wakeAt(Timer *timer, int id, uint64_t atUs) {
  timer->atUs = atUs < nowUs + LONGEST_WAIT_US ? atUs : nowUs + LONGEST_WAIT_US;
  if (timer->isQueued) return;
  uint64_t ms = timer->atUs / 1000 + 1;
  if (ms <= wheelMs) ms = wheelMs + 1;
  timer->next = wheel[ms % WHEEL_SLOTS];
  timer->isQueued = 1;
  wheel[ms % WHEEL_SLOTS] = id;
}

static void turnWheel(Timer *(*timerOf)(int id), void (*wake)(int id)) {
  while (wheelMs < nowUs / 1000) {
    wheelMs++;
    int id = wheel[wheelMs % WHEEL_SLOTS];
    wheel[wheelMs % WHEEL_SLOTS] = -1;
    while (id >= 0) {
      Timer *timer = timerOf(id);
      int woken = id;
      id = timer->next;
      timer->isQueued = 0;
      if (timer->atUs > nowUs) wakeAt(timer, woken, timer->atUs);
      else wake(woken);
    }
  }
}
