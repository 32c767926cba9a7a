/** This file shows that a forked child never waits for the loader: a thread that is not there any more may hold its lock. */

import test from 'ava';
import {countedProgram} from '../support/counted-program.js';
import {workshop} from '../support/workshop.js';

const program = `
#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
void *PyErr_Occurred(void);
static volatile int inside, leave;
static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	inside = 1;
	while (!leave) usleep(1000);
	return 1;
}
static void *hold(void *data) { dl_iterate_phdr(visit, data); return NULL; }
int main(void)
{
	pthread_t thread;
	int status;
	pthread_create(&thread, NULL, hold, NULL);
	while (!inside) usleep(1000);
	pid_t child = fork();
	if (child == 0) { alarm(10); PyErr_Occurred(); _exit(0); }
	waitpid(child, &status, 0);
	leave = 1;
	pthread_join(thread, NULL);
	return status == 0 ? 0 : 3;
}`;

test('a forked child’s first call from a place unknown comes to its end while the loader is locked', t => {
	const work = workshop(t);
	const library = work.compile('libfixture.so', 'void *PyErr_Occurred(void) { return 0; }', ['-shared', '-fPIC']);
	const command = [work.compile('program', program, [library, `-Wl,-rpath,${work.folder}`, '-lpthread'])];
	const {status, stderr, ready} = countedProgram({command, families: ['error'], interpreter: library});
	t.deepEqual(ready, ['error'], stderr);
	t.is(status, 0, stderr);
});
