/* As much of RFC 6455 as a client needs that reads headers and searches for words. */
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { WS_TEXT = 1, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10, WS_LONGEST_HEADER = 8 };

/* All bytes of the frame at `data`, its header included; 0 where it is not all there, -1 where it is over 64 KiB. */
static inline long wsFrameLength(const unsigned char *data, size_t length, size_t *headerLength) {
  if (length < 2) return 0;
  size_t payload = data[1] & 127;
  if (payload == 127) return -1;
  *headerLength = payload < 126 ? 2 : 4;
  if (length < *headerLength) return 0;
  if (payload == 126) payload = data[2] << 8 | data[3];
  return length < *headerLength + payload ? 0 : (long)(*headerLength + payload);
}

/* Of a client's frame with less than 64 KiB; masked with zeros, which leave the payload as it is. */
static inline size_t wsClientHeader(unsigned char *header, int opcode, size_t payload) {
  memset(header, 0, WS_LONGEST_HEADER);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (payload < 126 ? payload : 126);
  if (payload < 126) return 6;
  header[2] = payload >> 8;
  header[3] = payload & 255;
  return 8;
}

/* -1 where it does not fit. The answer's Sec-WebSocket-Accept is the same for all and is not checked. */
static inline int wsUpgradeRequest(char *request, size_t size, const char *target) {
  int length = snprintf(request, size,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                        target);
  return length < (int)size ? length : -1;
}

static inline const char *findText(const unsigned char *text, size_t length, const char *word) {
  return memmem(text, length, word, strlen(word));
}
