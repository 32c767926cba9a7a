/*
 * This file counts the processes that a swept program starts, whose calls are not counted, and notices that the program becomes another one:
 * it stands before libc's functions that do either. A shell that system or popen starts is one process, whatever it starts in turn.
 *
 * Keep these rules: nothing is allocated, no lock taken, errno kept; a vforked child runs this in its parent's memory.
 */
#include "processes.h"
#include "../page.h"
#include "../visibility.h"

#include <dlfcn.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ISO C has no function behind a void pointer; POSIX has. */
#pragma GCC diagnostic ignored "-Wpedantic"

typedef int execv_function(const char *path, char *const words[]);
typedef int execve_function(const char *path, char *const words[], char *const environment[]);
typedef int spawn_function(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
													 const posix_spawnattr_t *attributes, char *const words[], char *const environment[]);

typedef int system_function(const char *command);
typedef FILE *popen_function(const char *command, const char *type);

static struct ledger *ledger;
static pid_t self;
/* A forked child was counted by processes_forked; what it becomes is not another process. */
static int forked;
static execv_function *next_execv;
static execve_function *next_execve;
static spawn_function *next_spawn, *next_spawnp;
static system_function *next_system;
static popen_function *next_popen;

static void find(void);
static void prepare(void);
static int becomes(void);
static int returned(int became, int result);
static int spawned(int result);

void processes_begin(struct ledger *page)
{
	find();
	ledger = page;
	self = getpid();
}

void processes_forked(void)
{
	if (ledger != NULL && !forked)
		atomic_fetch_add(&ledger->children, 1);
	forked = in_forked_child;
	if (!forked)
		processes_begin(atomic_load(&page_current));
}

EXPORT int execv(const char *path, char *const words[])
{
	prepare();
	int became = becomes();
	return returned(became, next_execv(path, words));
}

EXPORT int execve(const char *path, char *const words[], char *const environment[])
{
	prepare();
	int became = becomes();
	return returned(became, next_execve(path, words, environment));
}

EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
											 const posix_spawnattr_t *attributes, char *const words[], char *const environment[])
{
	prepare();
	return spawned(next_spawn(pid, path, actions, attributes, words, environment));
}

EXPORT int posix_spawnp(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
												const posix_spawnattr_t *attributes, char *const words[], char *const environment[])
{
	prepare();
	return spawned(next_spawnp(pid, path, actions, attributes, words, environment));
}

/* Without a command it asks whether there is a shell. */
EXPORT int system(const char *command)
{
	prepare();
	int result = next_system(command);
	if (command != NULL)
		spawned(result == -1);
	return result;
}

EXPORT FILE *popen(const char *command, const char *type)
{
	prepare();
	FILE *result = next_popen(command, type);
	spawned(result == NULL);
	return result;
}

/* At the start, where it can be; another constructor may start something before. */
static void find(void)
{
	if (next_spawnp != NULL)
		return;
	next_execv = (execv_function *)dlsym(RTLD_NEXT, "execv");
	next_execve = (execve_function *)dlsym(RTLD_NEXT, "execve");
	next_spawn = (spawn_function *)dlsym(RTLD_NEXT, "posix_spawn");
	next_system = (system_function *)dlsym(RTLD_NEXT, "system");
	next_popen = (popen_function *)dlsym(RTLD_NEXT, "popen");
	/* Last, for it tells that all are found. */
	next_spawnp = (spawn_function *)dlsym(RTLD_NEXT, "posix_spawnp");
}

/* What is started when nobody reads the ledgers any more is started without our list. */
static void prepare(void)
{
	find();
	preload_strip();
}

/* Said before, for a success does not return: 1 where the process itself becomes another program, 0 where a child does. */
static int becomes(void)
{
	if (ledger == NULL || forked)
		return 0;
	int itself = getpid() == self;
	atomic_fetch_add(itself ? &ledger->replaced : &ledger->children, 1);
	return itself ? 1 : -1;
}

/* It has failed, so what was said is taken back. */
static int returned(int became, int result)
{
	if (became != 0)
		atomic_fetch_sub(became > 0 ? &ledger->replaced : &ledger->children, 1);
	return result;
}

static int spawned(int result)
{
	if (result == 0 && ledger != NULL && !forked)
		atomic_fetch_add(&ledger->children, 1);
	return result;
}
