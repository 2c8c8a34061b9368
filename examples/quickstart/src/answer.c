#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "greeter.h"

#define MAX_PAGES 32
#define MAX_BYTES 65536

static struct page {
    char path[128];
    char *content;
    size_t size;
} pages[MAX_PAGES];
static int page_count;

void load_pages(const char *directory)
{
    DIR *dir = opendir(directory);
    struct dirent *entry;
    while (dir && page_count < MAX_PAGES && (entry = readdir(dir))) {
        char name[512];
        snprintf(name, sizeof name, "%s/%s", directory, entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(name, "r");
        if (!file)
            continue;
        struct page *page = &pages[page_count++];
        snprintf(page->path, sizeof page->path, "/%s", entry->d_name);
        page->content = malloc(MAX_BYTES);
        page->size = fread(page->content, 1, MAX_BYTES, file);
        fclose(file);
    }
    if (dir)
        closedir(dir);
}

static void reply(int to, const char *status, const char *type, const char *body, size_t size)
{
    dprintf(to, "HTTP/1.0 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", status, type,
            size);
    if (write(to, body, size) < 0)
        return; /* whoever asked has gone */
}

static const char *type_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && strcmp(dot, ".css") == 0 ? "text/css" : "text/html; charset=utf-8";
}

static void greet(int to, const char *query)
{
    char name[32] = "world";
    char body[256];
    if (query && strncmp(query, "name=", 5) == 0) {
        int n = 0;
        for (query += 5; isalnum((unsigned char)*query) && n < 31; query++)
            name[n++] = *query;
        name[n] = '\0';
    }
    int size = snprintf(body, sizeof body,
                        "{\"greeting\": \"Hello, %s!\", \"process\": %d, \"user\": %d}\n", name,
                        (int)getpid(), (int)getuid());
    reply(to, "200 OK", "application/json", body, size);
}

void answer(int connection)
{
    char request[4096];
    char path[512];
    struct timeval patience = {5, 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ssize_t n = read(connection, request, sizeof request - 1);
    request[n > 0 ? n : 0] = '\0';
    if (sscanf(request, "GET %511s ", path) != 1) {
        reply(connection, "400 Bad Request", "text/plain", "what?\n", 6);
        return;
    }
    char *query = strchr(path, '?');
    if (query)
        *query++ = '\0';
    if (strcmp(path, "/hello") == 0) {
        greet(connection, query);
        return;
    }
    const char *wanted = strcmp(path, "/") == 0 ? "/index.html" : path;
    for (int i = 0; i < page_count; i++) {
        if (strcmp(pages[i].path, wanted) == 0) {
            reply(connection, "200 OK", type_of(wanted), pages[i].content, pages[i].size);
            return;
        }
    }
    reply(connection, "404 Not Found", "text/plain", "not here\n", 9);
}
