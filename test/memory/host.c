/*
 * This file is a small program for a memory checker to run under the shims: it calls what they override, from several
 * threads, across a fork, and beyond what a table holds at first.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *work(void *unused)
{
	for (int i = 0; i < 1000; i++) {
		struct timespec now;
		char *memory = malloc(32);
		memory = realloc(memory, 64);
		memset(memory, 1, 64);
		clock_gettime(CLOCK_MONOTONIC, &now);
		free(memory);
		free(calloc(2, 16));
		void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		munmap(page, 4096);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL, work, NULL) != 0)
			return 1;
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	pid_t child = fork();
	work(NULL);
	if (child == 0)
		_exit(0);
	int status = 1;
	waitpid(child, &status, 0);
	return status;
}
