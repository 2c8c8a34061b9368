/* Reads all files of a directory, once: what is not read then is never served. */
void load_pages(const char *directory);

/* Reads one request from a connection and answers it. */
void answer(int connection);
