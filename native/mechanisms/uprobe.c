/*
 * This file is a program that runs another with uprobes at two places of files, and writes how often each was met. The probes belong to
 * this process's descriptors and are gone with it. Exit status 77 where the system does not permit them.
 *
 * uprobe RESULT FILE OFFSET FILE OFFSET COMMAND [WORD...]
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_PERMITTED 77
#define PROBES 2

static int open_probe(uint32_t type, const char *file, uint64_t offset, pid_t process)
{
	struct perf_event_attr attributes = { 0 };
	attributes.size = sizeof attributes;
	attributes.type = type;
	attributes.uprobe_path = (uint64_t)(uintptr_t)file;
	attributes.probe_offset = offset;
	attributes.disabled = 1;
	attributes.enable_on_exec = 1;
	attributes.inherit = 1;
	return (int)syscall(SYS_perf_event_open, &attributes, process, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

int main(int argc, char **argv)
{
	unsigned type;
	FILE *number = fopen("/sys/bus/event_source/devices/uprobe/type", "re");
	if (argc < 7 || number == NULL || fscanf(number, "%u", &type) != 1)
		return NOT_PERMITTED;
	fclose(number);
	int gate[2], probes[PROBES];
	if (pipe(gate) != 0)
		return 1;
	pid_t child = fork();
	if (child < 0)
		return 1;
	if (child == 0) {
		char go;
		close(gate[1]);
		/* Nothing is written: the end of the file says that the probes are there. */
		if (read(gate[0], &go, 1) == 1)
			_exit(NOT_PERMITTED);
		close(gate[0]);
		execv(argv[6], argv + 6);
		_exit(127);
	}
	close(gate[0]);
	int failed = 0;
	for (int i = 0; i < PROBES; i++) {
		probes[i] = open_probe(type, argv[2 + 2 * i], strtoull(argv[3 + 2 * i], NULL, 0), child);
		failed |= probes[i] < 0;
	}
	if (failed && write(gate[1], "x", 1) != 1)
		return 1;
	close(gate[1]);
	int status = 0;
	if (waitpid(child, &status, 0) != child)
		return 1;
	if (failed)
		return NOT_PERMITTED;
	FILE *result = fopen(argv[1], "we");
	for (int i = 0; result != NULL && i < PROBES; i++) {
		uint64_t met = 0;
		if (read(probes[i], &met, sizeof met) != (ssize_t)sizeof met)
			return 1;
		fprintf(result, "%llu\n", (unsigned long long)met);
	}
	if (result == NULL || fclose(result) != 0)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
