/* What the programs of the bench share: settings by name, clocks, and an end that says why. */
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* With the value that it has unless one is given. The last has no name. */
typedef struct { const char *name, *value; } Setting;

static const char *programName;
static Setting *settings;

static void fail(const char *what, const char *value) {
  fprintf(stderr, "%s: %s: %s\n", programName, what, value);
  exit(1);
}

static const char *setting(const char *name) {
  Setting *known = settings;
  while (known->name && strcmp(known->name, name) != 0) known++;
  if (!known->name) fail("no such setting", name);
  return known->value;
}

static long number(const char *name) { return atol(setting(name)); }

/* Arguments are NAME=VALUE. */
static void readSettings(Setting *known, const char *program, char **argv) {
  programName = program;
  settings = known;
  while (*++argv) {
    char *equals = strchr(*argv, '=');
    if (!equals) fail("no NAME=VALUE", *argv);
    *equals = 0;
    Setting *one = known;
    while (one->name && strcmp(one->name, *argv) != 0) one++;
    if (!one->name) fail("no such setting", *argv);
    one->value = equals + 1;
  }
}

/* Of a file with a line for each client: request target, tab, subscribe message. */
static inline void readClients(const char *path, void (*add)(const char *target, const char *subscribe)) {
  FILE *file = fopen(path, "r");
  char *line = NULL;
  size_t size = 0;
  if (!file) fail(path, strerror(errno));
  while (getline(&line, &size, file) > 0) {
    char *tab = strchr(line, '\t');
    if (!tab) fail("a line without a tab", line);
    *tab = 0;
    tab[1 + strcspn(tab + 1, "\n")] = 0;
    add(line, tab + 1);
  }
  fclose(file);
  free(line);
}

static inline uint64_t clockUs(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static inline double cpuSeconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void raiseFileLimit(long connections) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if ((long)files.rlim_max < connections + 20) fail("too many connections for the limit of open files", "ulimit -n");
}
