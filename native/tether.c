/*
 * This file becomes a program that is killed when the process that started it ends, however that one ends:
 * tether PARENT FILE NAME [ARG...] runs FILE, found on PATH where it has no slash, under the name NAME. PARENT is the process's
 * number; an F behind it fixes the program's addresses.
 *
 * tether PARENT alone listens to the signals of its process group: asked for a signal by its number, one byte on standard
 * input, it answers with a byte that is 1 where it got that signal itself, so that it went to the whole group.
 *
 * It uses no libc: LD_PRELOAD is meant for the program, and would be loaded into anything linked dynamically before it.
 * Why the program could not be started is written to descriptor 3 as a number of errno(3), four bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

#define REPORT 3
#define LONGEST_PATH 4096

static long call(long number, long one, long two, long three, long four);
static void block_all(void);
static void answer(void);
static long parse(const char *digits);
static int asks_for_fixed_addresses(const char *parent);
static void fix_addresses(void);
static long start(const char *file, char **words, char **environment);
static const char *search_path(char **environment);
static long start_in(const char *folder, unsigned long size, const char *file, char **words, char **environment);

__attribute__((used, noreturn)) static void tether(long *stack)
{
	long count = stack[0];
	char **words = (char **)&stack[1];
	char **environment = &words[count + 1];
	int error = EINVAL;
	if (count == 2)
		block_all();
	if (count >= 2) {
		call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
		/* The parent may have ended before that was set. */
		if (call(SYS_getppid, 0, 0, 0, 0) != parse(words[1]))
			call(SYS_exit_group, 128 + SIGKILL, 0, 0, 0);
	}
	if (count == 2)
		answer();
	if (count >= 4) {
		call(SYS_fcntl, REPORT, F_SETFD, FD_CLOEXEC, 0);
		if (asks_for_fixed_addresses(words[1]))
			fix_addresses();
		error = (int)-start(words[2], &words[3], environment);
	}
	call(SYS_write, REPORT, (long)&error, sizeof error, 0);
	call(SYS_exit_group, 127, 0, 0, 0);
	__builtin_unreachable();
}

/* A file without a slash is looked for as execvp(3) does. */
static long start(const char *file, char **words, char **environment)
{
	for (const char *at = file; *at != '\0'; at++)
		if (*at == '/')
			return call(SYS_execve, (long)file, (long)words, (long)environment, 0);
	long error = -ENOENT;
	for (const char *folder = search_path(environment);;) {
		const char *end = folder;
		while (*end != '\0' && *end != ':')
			end++;
		long refused = start_in(folder, (unsigned long)(end - folder), file, words, environment);
		if (refused == -EACCES || (refused != -ENOENT && refused != -ENOTDIR))
			error = refused;
		if ((error != -ENOENT && error != -EACCES) || *end == '\0')
			return error;
		folder = end + 1;
	}
}

static const char *search_path(char **environment)
{
	for (char **entry = environment; *entry != 0; entry++) {
		const char *text = *entry;
		if (text[0] == 'P' && text[1] == 'A' && text[2] == 'T' && text[3] == 'H' && text[4] == '=')
			return text + 5;
	}
	return "/usr/local/bin:/bin:/usr/bin";
}

static long start_in(const char *folder, unsigned long size, const char *file, char **words, char **environment)
{
	char path[LONGEST_PATH];
	unsigned long at = 0;
	if (size >= sizeof path - 2)
		return -ENOENT;
	for (; at < size; at++)
		path[at] = folder[at];
	if (at > 0)
		path[at++] = '/';
	for (; *file != '\0'; file++) {
		if (at >= sizeof path - 1)
			return -ENAMETOOLONG;
		path[at++] = *file;
	}
	path[at] = '\0';
	return call(SYS_execve, (long)path, (long)words, (long)environment, 0);
}

static void block_all(void)
{
	uint64_t all = ~UINT64_C(0);
	call(SYS_rt_sigprocmask, SIG_BLOCK, (long)&all, 0, sizeof all);
}

/* Ends at the end of standard input. */
static void answer(void)
{
	unsigned char signal;
	while (call(SYS_read, 0, (long)&signal, 1, 0) == 1) {
		uint64_t set = UINT64_C(1) << ((signal - 1) & 63);
		struct timespec now = { 0, 0 };
		unsigned char got = call(SYS_rt_sigtimedwait, (long)&set, 0, (long)&now, sizeof set) > 0;
		call(SYS_write, 1, (long)&got, 1, 0);
	}
	call(SYS_exit_group, 0, 0, 0, 0);
}

static long parse(const char *digits)
{
	long number = 0;
	for (; *digits >= '0' && *digits <= '9'; digits++)
		number = 10 * number + (*digits - '0');
	return number;
}

static int asks_for_fixed_addresses(const char *parent)
{
	while (*parent >= '0' && *parent <= '9')
		parent++;
	return *parent == 'F';
}

/* Which objects collide in a cache depends on their addresses. Where the system forbids it, the program runs all the same. */
static void fix_addresses(void)
{
	long now = call(SYS_personality, 0xffffffff, 0, 0, 0);
	if (now >= 0)
		call(SYS_personality, now | ADDR_NO_RANDOMIZE, 0, 0, 0);
}

#if defined(__x86_64__)

static long call(long number, long one, long two, long three, long four)
{
	long result;
	register long r10 __asm__("r10") = four;
	__asm__ volatile("syscall"
									 : "=a"(result)
									 : "a"(number), "D"(one), "S"(two), "d"(three), "r"(r10)
									 : "rcx", "r11", "memory");
	return result;
}

__asm__(".globl _start\n"
				"_start:\n"
				"	mov %rsp, %rdi\n"
				"	and $-16, %rsp\n"
				"	call tether\n");

#elif defined(__aarch64__)

static long call(long number, long one, long two, long three, long four)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = one;
	register long x1 __asm__("x1") = two;
	register long x2 __asm__("x2") = three;
	register long x3 __asm__("x3") = four;
	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
	return x0;
}

__asm__(".globl _start\n"
				"_start:\n"
				"	mov x0, sp\n"
				"	bl tether\n");

#endif
