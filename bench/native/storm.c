/*
 * The clients of a reconnect storm: N WebSocket connections on one thread that lose their gateway and come back by the
 * rule of docs/PROTOCOL.md, rule 11. What they receive is told apart by frame headers and a few searched words.
 *
 *   storm clients=FILE results=FILE ports=PORT,PORT snapshots=N gone-after-s=S give-up-s=S [seed=N]
 *
 * In:  clients, a file with a line for each client: request target, tab, subscribe message. Ports of 127.0.0.1: all
 *      connect to the first; who loses it tries one of all at random, again and again; once the first has been away for
 *      `gone-after-s`, one of the others.
 * Out: `ready` when each client has had its snapshots. Then, when each has had them again or the time to give up is over
 *      since the first loss: results, a line for each client with µs of CLOCK_MONOTONIC (0: never) of the loss, the
 *      last attempt, and in that one TCP open, upgraded, `connected`, ack, last snapshot; then the number of attempts.
 *      On stdout a line `refused COUNT REASON` for each reason, and `done`.
 * Bound: 64 KiB a frame; an attempt that takes 15 s is given up; before the storm 100 that are not fresh yet.
 */
#include "websocket.h"
#include "program.h"
#include "timers.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { READ_BYTES = 65536, MOST_REASONS = 32, MOST_PORTS = 16, MOST_AT_ONCE = 100 };
enum { LEAST_BACKOFF_MS = 250, MOST_BACKOFF_MS = 30000, HANDSHAKE_US = 15000000, ASK_AGAIN_US = 1000000 };

typedef enum { WAITING, CONNECTING, UPGRADING, OPEN } State;
enum { LOST, LAST, TCP, UPGRADED, CONNECTED, ACK, FRESH, TIMES };

typedef struct {
  char *target, *subscribe;
  unsigned char *pending;
  size_t pendingLength;
  uint64_t us[TIMES], notBeforeUs;
  Timer timer;
  int fd, attempts, snapshots;
  State state;
  char error[32]; /* code of the error message that explains a close */
} Client;

static Setting knownSettings[] = {
  {"clients", ""}, {"results", ""}, {"ports", ""}, {"snapshots", "1"}, {"seed", "1"}, {"give-up-s", "30"},
  {"gone-after-s", "3"}, {0},
};
static Client *clients;
static int clientCount, ports[MOST_PORTS], portCount, wantedSnapshots, epollFd;
static int isReady, isStorm, freshCount;
static uint64_t stormUs, goneAfterUs;
static struct { char name[64]; int count; } reasons[MOST_REASONS];
static unsigned char received[2 * READ_BYTES + 1];

static int idOf(Client *c) { return (int)(c - clients); }
static Timer *timerOf(int id) { return &clients[id].timer; }

static void countReason(const char *name) {
  for (int i = 0; i < MOST_REASONS; i++) {
    if (reasons[i].count == 0) snprintf(reasons[i].name, sizeof reasons[i].name, "%s", name);
    if (strcmp(reasons[i].name, name) != 0) continue;
    reasons[i].count++;
    return;
  }
}

static void drop(Client *c) {
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  free(c->pending);
  c->pending = NULL;
  c->pendingLength = 0;
  c->snapshots = 0;
  c->state = WAITING;
}

/* Full jitter over the age of the outage, and not before the server said. */
static void waitForNext(Client *c) {
  uint64_t mostMs = (nowUs - c->us[LOST]) / 1000;
  if (mostMs < LEAST_BACKOFF_MS) mostMs = LEAST_BACKOFF_MS;
  if (mostMs > MOST_BACKOFF_MS) mostMs = MOST_BACKOFF_MS;
  uint64_t at = nowUs + randomBelow(mostMs * 1000);
  wakeAt(&c->timer, idOf(c), at < c->notBeforeUs ? c->notBeforeUs : at);
}

static void beginOutage(Client *c) {
  if (!isReady) fail("a client lost its connection before all were fresh", c->target);
  if (!isStorm) {
    isStorm = 1;
    stormUs = nowUs;
    freshCount = 0;
  }
  memset(c->us, 0, sizeof c->us);
  c->us[LOST] = nowUs;
  c->attempts = 0;
  waitForNext(c);
}

/* The connection has ended, or never was. */
static void lose(Client *c, const char *reason) {
  int isFresh = c->us[FRESH] != 0, wasLost = c->us[LOST] != 0;
  drop(c);
  if (isFresh && !wasLost) return beginOutage(c);
  if (!wasLost) fail("a client lost its connection before it was fresh for the first time", reason);
  if (!isFresh) {
    countReason(reason);
    return waitForNext(c);
  }
  /* Was back already: told, and not measured again. */
  char again[64];
  snprintf(again, sizeof again, "lost again: %.40s", reason);
  countReason(again);
}

static void sendAll(Client *c, const void *data, size_t length) {
  if (send(c->fd, data, length, MSG_NOSIGNAL) != (ssize_t)length) lose(c, "write failed");
}

static void sendFrame(Client *c, int opcode, const void *payload, size_t length) {
  unsigned char frame[8192];
  if (length + WS_LONGEST_HEADER > sizeof frame) fail("a message is over 8 KiB", payload);
  size_t header = wsClientHeader(frame, opcode, length);
  memcpy(frame + header, payload, length);
  sendAll(c, frame, header + length);
}

static int choosePort(void) {
  if (!isStorm) return ports[0];
  int isGone = portCount > 1 && nowUs - stormUs > goneAfterUs;
  return ports[isGone + randomBelow(portCount - isGone)];
}

static void attempt(Client *c) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  address.sin_port = htons(choosePort());
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) fail("socket", strerror(errno));
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  c->attempts++;
  c->us[LAST] = nowUs;
  memset(&c->us[TCP], 0, (TIMES - TCP) * sizeof c->us[0]);
  c->error[0] = 0;
  c->state = CONNECTING;
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
    return lose(c, strerror(errno));
  }
  struct epoll_event event = {.events = EPOLLOUT, .data.ptr = c};
  epoll_ctl(epollFd, EPOLL_CTL_ADD, c->fd, &event);
}

static void onConnect(Client *c) {
  char request[4096];
  int error = 0, length;
  socklen_t errorSize = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &errorSize);
  if (error != 0) return lose(c, strerror(error));
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(epollFd, EPOLL_CTL_MOD, c->fd, &event);
  c->us[TCP] = nowUs;
  c->state = UPGRADING;
  if ((length = wsUpgradeRequest(request, sizeof request, c->target)) < 0) fail("a target is over 4 KiB", c->target);
  sendAll(c, request, length);
}

static void onRetryAfter(Client *c, const unsigned char *text, size_t length) {
  const char *found = findText(text, length, "\"retryAfterMs\":");
  if (found) c->notBeforeUs = nowUs + strtoull(found + 15, NULL, 10) * 1000;
}

static void onAck(Client *c, const unsigned char *text, size_t length) {
  c->us[ACK] = nowUs;
  if (findText(text, length, "\"rejected\":[]")) return;
  countReason("symbols rejected");
  wakeAt(&c->timer, idOf(c), nowUs + ASK_AGAIN_US + randomBelow(LEAST_BACKOFF_MS * 1000));
}

static void onError(Client *c, const unsigned char *text, size_t length) {
  const char *code = findText(text, length, "\"code\":\"");
  if (code) snprintf(c->error, sizeof c->error, "%.*s", (int)strcspn(code + 8, "\""), code + 8);
  onRetryAfter(c, text, length);
}

static void onText(Client *c, const unsigned char *text, size_t length) {
  if (c->us[FRESH] != 0) return;
  if (findText(text, length, "\"snapshot\":true")) {
    if (++c->snapshots < wantedSnapshots) return;
    c->us[FRESH] = nowUs;
    freshCount++;
  } else if (findText(text, length, "\"type\":\"connected\"")) {
    c->us[CONNECTED] = nowUs;
    sendFrame(c, WS_TEXT, c->subscribe, strlen(c->subscribe));
  } else if (findText(text, length, "\"type\":\"subscribed\"")) {
    onAck(c, text, length);
  } else if (findText(text, length, "\"type\":\"error\"")) {
    onError(c, text, length);
  }
}

static void onFrame(Client *c, int opcode, const unsigned char *payload, size_t length) {
  char reason[64];
  if (opcode == WS_TEXT) return onText(c, payload, length);
  if (opcode == WS_PING) return sendFrame(c, WS_PONG, payload, length);
  if (opcode != WS_CLOSE) return;
  int code = length < 2 ? 1005 : payload[0] << 8 | payload[1];
  snprintf(reason, sizeof reason, "%d %s", code, c->error);
  lose(c, reason);
}

/* The bytes of the answer to the upgrade; 0 where they are not all there, or it was refused. */
static size_t onAnswer(Client *c, const unsigned char *data, size_t length) {
  char reason[64];
  const char *end = findText(data, length, "\r\n\r\n");
  if (!end || length < 12) return 0;
  if (memcmp(data + 9, "101", 3) == 0) {
    c->us[UPGRADED] = nowUs;
    c->state = OPEN;
    return (size_t)(end + 4 - (const char *)data);
  }
  onRetryAfter(c, data, length);
  snprintf(reason, sizeof reason, "HTTP %.3s", data + 9);
  lose(c, reason);
  return 0;
}

static void keep(Client *c, const unsigned char *rest, size_t length) {
  free(c->pending);
  c->pending = length == 0 ? NULL : malloc(length);
  c->pendingLength = length;
  if (c->pending) memcpy(c->pending, rest, length);
}

static void onReadable(Client *c) {
  size_t length = c->pendingLength, at = 0, header = 0;
  if (length > 0) memcpy(received, c->pending, length);
  ssize_t count = recv(c->fd, received + length, READ_BYTES, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return lose(c, c->state == OPEN ? "closed without a code" : "closed before the upgrade");
  length += count;
  received[length] = 0;
  if (c->state == UPGRADING) at = onAnswer(c, received, length);
  while (c->state == OPEN) {
    long size = wsFrameLength(received + at, length - at, &header);
    if (size < 0) fail("a frame is over 64 KiB", c->target);
    if (size == 0) break;
    onFrame(c, received[at] & 15, received + at + header, size - header);
    at += size;
  }
  if (c->fd >= 0) keep(c, received + at, length - at);
}

static void onTimer(int id) {
  Client *c = &clients[id];
  if (c->fd < 0 && c->us[FRESH] == 0) attempt(c);
  else if (c->state == OPEN && c->us[FRESH] == 0) sendFrame(c, WS_TEXT, c->subscribe, strlen(c->subscribe));
}

static void giveUpSlowAttempts(void) {
  static uint64_t lookedUs;
  if (nowUs - lookedUs < 250000) return;
  lookedUs = nowUs;
  for (Client *c = clients; c < clients + clientCount; c++) {
    if (c->fd >= 0 && c->us[CONNECTED] == 0 && nowUs - c->us[LAST] > HANDSHAKE_US) lose(c, "no answer in 15 s");
  }
}

static void report(const char *path) {
  FILE *file = fopen(path, "w");
  if (!file) fail(path, strerror(errno));
  for (Client *c = clients; c < clients + clientCount; c++) {
    for (int i = 0; i < TIMES; i++) fprintf(file, "%llu ", (unsigned long long)c->us[i]);
    fprintf(file, "%d\n", c->attempts);
  }
  if (fclose(file) != 0) fail(path, strerror(errno));
  for (int i = 0; i < MOST_REASONS && reasons[i].count > 0; i++) {
    printf("refused %d %s\n", reasons[i].count, reasons[i].name);
  }
  puts("done");
}

static void addClient(const char *target, const char *subscribe) {
  if (clientCount % 1024 == 0) clients = realloc(clients, (clientCount + 1024) * sizeof *clients);
  clients[clientCount++] = (Client){.target = strdup(target), .subscribe = strdup(subscribe), .fd = -1};
}

static void readPorts(void) {
  char *port = strtok(strdup(setting("ports")), ",");
  for (; port && portCount < MOST_PORTS; port = strtok(NULL, ",")) ports[portCount++] = atoi(port);
}

static void run(uint64_t giveUpUs) {
  struct epoll_event events[256];
  int begun = 0;
  do {
    while (begun < clientCount && begun - freshCount < MOST_AT_ONCE) attempt(&clients[begun++]);
    int count = epoll_wait(epollFd, events, 256, 1);
    for (int i = 0; i < count; i++) {
      Client *c = events[i].data.ptr;
      readClock();
      if (c->state == CONNECTING) onConnect(c);
      else if (c->fd >= 0) onReadable(c);
    }
    readClock();
    turnWheel(timerOf, onTimer);
    giveUpSlowAttempts();
    if (!isReady && freshCount == clientCount) isReady = puts("ready") >= 0;
  } while (!isStorm || (freshCount < clientCount && nowUs - stormUs < giveUpUs));
}

int main(int argc, char **argv) {
  (void)argc;
  readSettings(knownSettings, "storm", argv);
  readClients(setting("clients"), addClient);
  raiseFileLimit(clientCount);
  readPorts();
  wantedSnapshots = number("snapshots");
  goneAfterUs = (uint64_t)number("gone-after-s") * 1000000;
  if (clientCount == 0 || portCount == 0 || wantedSnapshots <= 0) fail("nothing to do", "no clients, ports or snapshots");
  setvbuf(stdout, NULL, _IOLBF, 0);
  epollFd = epoll_create1(0);
  startTimers(number("seed"));
  run((uint64_t)number("give-up-s") * 1000000);
  report(setting("results"));
  return 0;
}
