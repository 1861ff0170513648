/*
 * The floor of fan-out: what the same writes to the same number of sockets cost a program that does nothing else. It
 * answers upgrades, then writes ready bytes in a pattern that is given.
 *
 *   floor port=8081
 *
 * In:  WebSocket connections; the accept header is the constant that belongs to the key which load.c always sends. On
 *      stdin `play FILE INTERVAL_US FRAME_BYTES` and `pause`.
 *      FILE has a line for each flush: `CLIENT:FRAMES` with spaces between; they are played round and round, one each
 *      interval, one write a client.
 * Out: `listening` and `playing`. Frames of FRAME_BYTES, headers included; an ack for the first frame of a client.
 * Bound: a socket that is full ends the program: then the client is the limit. One interval that was missed is made up.
 */
#include "program.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { MOST_FRAMES = 500, MOST_FRAME_BYTES = 1024 };

typedef struct { int client, frames; } Write;
typedef struct { Write *writes; int count; } Flush;
typedef struct { int fd, isUpgraded; } Client;

static Setting knownSettings[] = {{"port", "0"}, {0}};
static Client *clients;
static Flush *flushes;
static int clientCount, flushCount, nextFlush, epollFd, timerFd, listenFd;
static size_t frameBytes;
static char ready[MOST_FRAMES * MOST_FRAME_BYTES];
/* What epoll knows the other three by; clients by their number. */
enum { COMMANDS = -1, LISTENER = -2, TIMER = -3 };

static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static const char ack[] = "\x81#{\"type\":\"subscribed\",\"rejected\":[]}";

static void watch(int fd, int id) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)(int64_t)id};
  if (epoll_ctl(epollFd, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl", strerror(errno));
}

static void writeAll(int fd, const char *data, size_t length) {
  if (send(fd, data, length, MSG_NOSIGNAL) != (ssize_t)length) fail("a client does not read", strerror(errno));
}

static void onClient(Client *c) {
  char data[4096];
  ssize_t count = recv(c->fd, data, sizeof data, 0);
  if (count <= 0) fail("a client left", strerror(errno));
  if (!c->isUpgraded) writeAll(c->fd, answer, sizeof answer - 1);
  else writeAll(c->fd, ack, sizeof ack - 1);
  c->isUpgraded = 1;
}

static void onListener(void) {
  int one = 1, fd = accept4(listenFd, NULL, NULL, SOCK_NONBLOCK);
  if (fd < 0) fail("accept", strerror(errno));
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (clientCount % 1024 == 0) clients = realloc(clients, (clientCount + 1024) * sizeof *clients);
  clients[clientCount] = (Client){.fd = fd};
  watch(fd, clientCount++);
}

/* Text frames, end to end; where the length needs no long form, the short one. */
static void makeReady(void) {
  size_t header = frameBytes < 128 ? 2 : 4, payload = frameBytes - header;
  memset(ready, 'x', sizeof ready);
  for (char *frame = ready; frame < ready + MOST_FRAMES * frameBytes; frame += frameBytes) {
    frame[0] = (char)0x81;
    frame[1] = header == 2 ? (char)payload : 126;
    if (header == 4) frame[2] = (char)(payload >> 8), frame[3] = (char)(payload & 255);
  }
}

static void readFlush(char *line) {
  Flush flush = {.writes = malloc(clientCount * sizeof(Write))};
  for (char *one = strtok(line, " \n"); one; one = strtok(NULL, " \n")) {
    Write write;
    if (sscanf(one, "%d:%d", &write.client, &write.frames) != 2) fail("no CLIENT:FRAMES", one);
    if (write.client >= clientCount || flush.count == clientCount) fail("there are fewer clients", one);
    if (write.frames > MOST_FRAMES) fail("too many frames", one);
    flush.writes[flush.count++] = write;
  }
  flushes = realloc(flushes, (flushCount + 1) * sizeof *flushes);
  flushes[flushCount++] = flush;
}

static void readPattern(const char *path) {
  FILE *file = fopen(path, "r");
  char *line = NULL;
  size_t size = 0;
  if (!file) fail(path, strerror(errno));
  while (flushCount > 0) free(flushes[--flushCount].writes);
  while (getline(&line, &size, file) > 0) readFlush(line);
  if (flushCount == 0) fail("an empty pattern", path);
  fclose(file);
  free(line);
  nextFlush = 0;
}

static void setInterval(long us) {
  struct timespec every = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
  struct itimerspec timer = {.it_interval = every, .it_value = every};
  timerfd_settime(timerFd, 0, &timer, NULL);
}

static void onTimer(void) {
  uint64_t due = 0;
  if (read(timerFd, &due, sizeof due) != sizeof due) return;
  for (; due > 0; due--) {
    Flush *flush = &flushes[nextFlush];
    nextFlush = (nextFlush + 1) % flushCount;
    for (Write *w = flush->writes; w < flush->writes + flush->count; w++) {
      writeAll(clients[w->client].fd, ready, w->frames * frameBytes);
    }
  }
}

static void onCommand(void) {
  char text[4096], path[4096];
  long intervalUs;
  ssize_t count = read(STDIN_FILENO, text, sizeof text - 1);
  if (count <= 0) exit(0);
  text[count] = 0;
  if (strcmp(text, "pause\n") == 0) return setInterval(0);
  if (sscanf(text, "play %4000s %ld %zu", path, &intervalUs, &frameBytes) != 3) fail("no such command", text);
  if (frameBytes < 8 || frameBytes > MOST_FRAME_BYTES) fail("frames have 8 to 1024 bytes", text);
  makeReady();
  readPattern(path);
  setInterval(intervalUs);
  puts("playing");
}

static void listenOn(int port) {
  int one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listenFd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listenFd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listenFd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind", strerror(errno));
  listen(listenFd, 1024);
  watch(listenFd, LISTENER);
  puts("listening");
}

int main(int argc, char **argv) {
  struct epoll_event events[256];
  (void)argc;
  readSettings(knownSettings, "floor", argv);
  raiseFileLimit(0);
  setvbuf(stdout, NULL, _IOLBF, 4096);
  epollFd = epoll_create1(0);
  timerFd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  watch(STDIN_FILENO, COMMANDS);
  watch(timerFd, TIMER);
  listenOn(number("port"));
  for (;;) {
    int count = epoll_wait(epollFd, events, 256, -1);
    for (int i = 0; i < count; i++) {
      int id = (int)(int64_t)events[i].data.u64;
      if (id == COMMANDS) onCommand();
      else if (id == LISTENER) onListener();
      else if (id == TIMER) onTimer();
      else onClient(&clients[id]);
    }
  }
}
