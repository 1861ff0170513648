/*
 * The clients of the bench: N WebSocket connections on one thread, counted by frame headers.
 *
 *   load clients=FILE port=8080 [NAME=VALUE …]      (names: see `knownSettings`)
 *
 * In:  FILE, a line for each connection: request target, tab, subscribe message. On stdin `take`.
 * Out: `ready` when all are in. For each `take` a line of what came since the last: `took SECONDS CPU_SECONDS FRAMES BYTES
 *      READS CLOSED`, then `US:TIMES` for each latency (of one frame in `sample-every`, within 0.8 %).
 * Bound: before all are in, 100 on the way at once; a connection that ends then, or whose ack rejects, ends the program
 *      with a line that says why. Later ones are counted. Frames are kept until whole only for those that straddle reads.
 *
 * Once all are in it looks for news every `poll-us`, as a network card that coalesces interrupts does, instead of being
 * woken by each write: on one machine the writer pays for waking the reader, the more the longer it takes between writes.
 *
 * The first `stalled` connections read nothing once all are in; the `slow` behind them `slow-bytes` a second at most.
 */
#include "websocket.h"
#include "latency.h"
#include "program.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { READ_BYTES = 262144, MOST_PENDING = 1048576, MOST_AT_ONCE = 100, SLOW_TICK_MS = 50 };

typedef enum { CONNECTING, UPGRADING, ASKED, IN, ENDED } State;

typedef struct {
  char *target, *subscribe;
  unsigned char *pending; /* the beginning of a frame */
  size_t pendingLength;
  int fd;
  State state;
} Client;

static Setting knownSettings[] = {
  {"clients", ""}, {"port", "0"}, {"base-us", "0"}, {"sample-every", "0"}, {"stalled", "0"},
  {"slow", "0"}, {"slow-bytes", "0"}, {"sources", ""}, {"ready-at", "ack"},
  {"poll-us", "200"}, {0},
};
static Client *clients;
static int clientCount, begun, inCount, isReady, epollFd, sourceCount;
static uint32_t sources[256];
static long sampleEvery, untilSample, stalledCount, slowCount, slowBytes, pollUs;
static double baseUs;
static struct { long frames, bytes, reads, closed; } window;
static uint64_t windowUs;
static double windowCpu;
static unsigned char received[MOST_PENDING + READ_BYTES + 1];

static void end(Client *c, const char *why) {
  if (!isReady) fail("a connection ended before all were in", why);
  close(c->fd);
  free(c->pending);
  c->pending = NULL;
  c->pendingLength = 0;
  c->state = ENDED;
  window.closed++;
}

static void countIn(Client *c) {
  c->state = IN;
  inCount++;
}

static void sendFrame(Client *c, int opcode, const void *payload, size_t length) {
  unsigned char frame[65536];
  if (length + WS_LONGEST_HEADER > sizeof frame) fail("a message is over 64 KiB", payload);
  size_t header = wsClientHeader(frame, opcode, length);
  memcpy(frame + header, payload, length);
  if (send(c->fd, frame, header + length, MSG_NOSIGNAL) < 0) end(c, strerror(errno));
}

/* Of one that is not in yet. */
static void onFirstFrames(Client *c, const unsigned char *payload, size_t length) {
  char text[300];
  snprintf(text, sizeof text, "%.*s", (int)length, (const char *)payload);
  if (findText(payload, length, "\"error\"")) fail("an error before all were in", text);
  if (strcmp(setting("ready-at"), "first-frame") == 0) return countIn(c);
  if (!findText(payload, length, "\"subscribed\"")) return;
  if (!findText(payload, length, "\"rejected\":[]")) fail("symbols rejected", text);
  countIn(c);
}

static void onFrame(Client *c, const unsigned char *frame, size_t header, size_t size) {
  int opcode = frame[0] & 15;
  if (opcode == WS_PING) return sendFrame(c, WS_PONG, frame + header, size - header);
  if (opcode == WS_PONG) return;
  if (opcode == WS_CLOSE) {
    char code[16];
    snprintf(code, sizeof code, "close %d", size - header < 2 ? 1005 : frame[header] << 8 | frame[header + 1]);
    return end(c, code);
  }
  window.frames++;
  window.bytes += size;
  if (sampleEvery > 0 && --untilSample <= 0) {
    untilSample = sampleEvery;
    sampleLatency(opcode, frame + header, size - header, baseUs);
  }
  if (c->state == ASKED) onFirstFrames(c, frame + header, size - header);
}

/* The bytes of the answer to the upgrade; 0 where they are not all there. */
static size_t onAnswer(Client *c, const unsigned char *data, size_t length) {
  const char *headEnd = findText(data, length, "\r\n\r\n");
  if (!headEnd) return 0;
  if (memcmp(data + 9, "101", 3) != 0) fail("an upgrade was refused", (const char *)data);
  c->state = ASKED;
  sendFrame(c, WS_TEXT, c->subscribe, strlen(c->subscribe));
  if (strcmp(setting("ready-at"), "upgrade") == 0) countIn(c);
  return (size_t)(headEnd + 4 - (const char *)data);
}

static void keep(Client *c, const unsigned char *rest, size_t length) {
  if (length > MOST_PENDING) fail("a frame is too long", "over 1 MiB");
  if (length > c->pendingLength) c->pending = realloc(c->pending, length);
  c->pendingLength = length;
  if (length > 0) memcpy(c->pending, rest, length);
}

/* False: there was nothing to read, or it has ended. */
static int onReadable(Client *c, size_t most) {
  size_t length = c->pendingLength, at = 0, header = 0;
  if (length > 0) memcpy(received, c->pending, length);
  ssize_t count = recv(c->fd, received + length, most, 0);
  if (count < 0 && errno == EAGAIN) return 0;
  if (count <= 0) return end(c, count < 0 ? strerror(errno) : "closed without a code"), 0;
  window.reads++;
  length += count;
  received[length] = 0;
  if (c->state == UPGRADING) at = onAnswer(c, received, length);
  while (c->state == ASKED || c->state == IN) {
    long size = wsFrameLength(received + at, length - at, &header);
    if (size < 0) fail("a frame is over 64 KiB", c->target);
    if (size == 0) break;
    onFrame(c, received + at, header, size);
    at += size;
  }
  if (c->state != ENDED) keep(c, received + at, length - at);
  return 1;
}

static void begin(Client *c, int index) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, from = to;
  int one = 1;
  to.sin_port = htons(number("port"));
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) fail("socket (the limit of open files?)", strerror(errno));
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (sourceCount > 0) {
    from.sin_addr.s_addr = sources[index % sourceCount];
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(c->fd, (struct sockaddr *)&from, sizeof from) < 0) fail("bind to a source address", strerror(errno));
  }
  if (connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) fail("connect", strerror(errno));
  struct epoll_event event = {.events = EPOLLOUT, .data.ptr = c};
  epoll_ctl(epollFd, EPOLL_CTL_ADD, c->fd, &event);
}

static void onConnect(Client *c) {
  char request[20000];
  int error = 0;
  socklen_t errorSize = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &errorSize);
  if (error != 0) fail("connect", strerror(error));
  int length = wsUpgradeRequest(request, sizeof request, c->target);
  if (length < 0) fail("a target is over 19 KB", c->target);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(epollFd, EPOLL_CTL_MOD, c->fd, &event);
  c->state = UPGRADING;
  if (send(c->fd, request, length, MSG_NOSIGNAL) != length) fail("write", strerror(errno));
}

static void beginMore(void) {
  for (; begun < clientCount && begun - inCount < MOST_AT_ONCE; begun++) begin(&clients[begun], begun);
}

static void stopReading(void) {
  for (int i = 0; i < clientCount && i < stalledCount + slowCount; i++) {
    epoll_ctl(epollFd, EPOLL_CTL_DEL, clients[i].fd, NULL);
  }
}

static void readSlowOnes(void) {
  static uint64_t nextUs;
  size_t share = slowBytes * SLOW_TICK_MS / 1000;
  if (share == 0 || clockUs(CLOCK_MONOTONIC) < nextUs) return;
  nextUs = clockUs(CLOCK_MONOTONIC) + SLOW_TICK_MS * 1000;
  for (long i = stalledCount; i < clientCount && i < stalledCount + slowCount; i++) {
    if (clients[i].state == IN) onReadable(&clients[i], share < READ_BYTES ? share : READ_BYTES);
  }
}

static void take(void) {
  uint64_t nowUs = clockUs(CLOCK_MONOTONIC);
  double cpu = cpuSeconds();
  printf("took %.6f %.6f %ld %ld %ld %ld", (nowUs - windowUs) / 1e6, cpu - windowCpu, window.frames, window.bytes,
         window.reads, window.closed);
  printLatencies();
  putchar('\n');
  memset(&window, 0, sizeof window);
  windowUs = nowUs;
  windowCpu = cpu;
}

static void onCommand(void) {
  char text[256];
  ssize_t count = read(STDIN_FILENO, text, sizeof text - 1);
  if (count <= 0) exit(0);
  text[count] = 0;
  for (const char *at = text; (at = strstr(at, "take\n")); at++) take();
}

static void addClient(const char *target, const char *subscribe) {
  if (clientCount % 1024 == 0) clients = realloc(clients, (clientCount + 1024) * sizeof *clients);
  clients[clientCount++] = (Client){.target = strdup(target), .subscribe = strdup(subscribe), .fd = -1};
}

static void useSettings(void) {
  sampleEvery = number("sample-every");
  baseUs = strtod(setting("base-us"), NULL);
  stalledCount = number("stalled");
  slowCount = number("slow");
  slowBytes = number("slow-bytes");
  pollUs = number("poll-us");
  char *list = strdup(setting("sources"));
  for (char *one = strtok(list, ","); one && sourceCount < 256; one = strtok(NULL, ",")) {
    if (inet_pton(AF_INET, one, &sources[sourceCount++]) != 1) fail("no address", one);
  }
}

static void run(void) {
  struct epoll_event events[512];
  for (;;) {
    beginMore();
    int waitMs = begun < clientCount ? 1 : slowCount > 0 ? SLOW_TICK_MS / 2 : -1;
    int count = epoll_wait(epollFd, events, 512, isReady && pollUs > 0 ? 0 : waitMs);
    if (count == 0 && isReady && pollUs > 0) usleep(pollUs);
    for (int i = 0; i < count; i++) {
      Client *c = events[i].data.ptr;
      if (!c) onCommand();
      else if (c->state == CONNECTING) onConnect(c);
      else if (c->state != ENDED) onReadable(c, READ_BYTES);
    }
    if (!isReady && inCount == clientCount) {
      isReady = puts("ready") >= 0;
      stopReading();
    }
    if (isReady && slowCount > 0) readSlowOnes();
  }
}

int main(int argc, char **argv) {
  (void)argc;
  readSettings(knownSettings, "load", argv);
  useSettings();
  readClients(setting("clients"), addClient);
  raiseFileLimit(clientCount);
  setvbuf(stdout, NULL, _IOLBF, 65536);
  epollFd = epoll_create1(0);
  struct epoll_event commands = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epollFd, EPOLL_CTL_ADD, STDIN_FILENO, &commands);
  run();
}
