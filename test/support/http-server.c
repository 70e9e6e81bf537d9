/*
 * A web server of one file, linked statically, for images that hold nothing else. It listens at PORT and answers with
 * /etc/greeting, or by path: /time, /echo (what was posted), /slow (after a minute). With an argument it prints that and
 * ends with status 3.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void answer(int client) {
  static char request[65536], body[65536];
  size_t size = 0, wanted = sizeof request - 1;
  char *content = NULL, *length;
  while (size < wanted) {
    ssize_t got = read(client, request + size, wanted - size);
    if (got <= 0) return;
    size += (size_t)got;
    request[size] = 0;
    content = strstr(request, "\r\n\r\n");
    if (content == NULL) continue;
    content += 4;
    length = strcasestr(request, "content-length: ");
    wanted = (size_t)(content - request) + (length == NULL ? 0 : strtoul(length + 16, NULL, 10));
  }
  if (strstr(request, " /slow ") != NULL) sleep(60);
  if (strstr(request, " /time ") != NULL) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(body, sizeof body, "it is %ld.%09ld\n", (long)now.tv_sec, now.tv_nsec);
  }
  else if (strstr(request, " /echo ") != NULL)
    snprintf(body, sizeof body, "%s\n", content);
  else {
    FILE *file = fopen("/etc/greeting", "r");
    size_t read = file == NULL ? 0 : fread(body, 1, sizeof body - 1, file);
    body[read] = 0;
    if (file != NULL) fclose(file);
  }
  dprintf(client, "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: %zu\r\n\r\n%s",
          strlen(body), body);
}

int main(int count, char **words) {
  if (count > 1) {
    printf("%s\n", words[1]);
    return 3;
  }
  struct sockaddr_in place = {.sin_family = AF_INET};
  place.sin_port = htons((unsigned short)atoi(getenv("PORT") ? getenv("PORT") : "8080"));
  int on = 1, server = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(server, (struct sockaddr *)&place, sizeof place) != 0 || listen(server, 16) != 0) return 1;
  for (;;) {
    int client = accept(server, NULL, NULL);
    if (client < 0) return 1;
    answer(client);
    close(client);
  }
}
