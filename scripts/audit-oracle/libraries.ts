/** This file lists Debian's preload libraries, each with a program that calls most of what it overrides a known number of times. */

import type {KnownTool} from '../../src/model/known-tool.js';

export interface OracleLibrary {
	/** Its package, and the file there. */
	readonly package: NonNullable<KnownTool['package']> & {readonly file: string};
	/** What the library needs to do its work. */
	readonly env?: Readonly<Record<string, string>>;
	/** Files of the folder that the program runs in. */
	readonly files?: Readonly<Record<string, string>>;
	/** Statements of C, run once a round: by name, so that a call reaches the library. `REAL(name)` is libc's own, by a handle. */
	readonly calls: string;
	/** Expressions of Python, run once a round. */
	readonly python: string;
	/** How many functions grow at the least: ten, or nearly all that the library has. */
	readonly called: number;
}

/** What all programs begin with: `own` holds the calls. */
export const prologue = `
import ctypes, gc, grp, os, pwd, socket, sys, time
gc.disable()
own = ctypes.CDLL(sys.argv[1])
with open("/proc/self/maps") as here, open("maps", "w") as kept:
    kept.write(here.read())
`;

/** Not optimized: each call is made. An address from a handle passes every override by. */
export function callsSource(calls: string): string {
	return `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <netdb.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timeb.h>
#include <sys/timex.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>
#define REAL(name) ((__typeof__(&name))dlsym(dlopen("libc.so.6", RTLD_LAZY), #name))
extern int ftime(struct timeb *);
void calls(void)
{
${calls}
}
`;
}

const memory = `
	void *block;
	free(realloc(malloc(100), 5000));
	free(calloc(10, 100));
	free(aligned_alloc(64, 640));
	free(valloc(640));
	posix_memalign(&block, 64, 640);
	free(block);
	REAL(free)(REAL(realloc)(REAL(malloc)(100), 200));
`;
const moreMemory = `${memory}
	free(memalign(64, 640));
	malloc_usable_size(NULL);
	REAL(free)(REAL(calloc)(10, 10));
`;
const pythonMemory = 'bytearray(5000).extend(bytes(6000))';

const lib = '/usr/lib/x86_64-linux-gnu';

function debian(name: string, file: string): OracleLibrary['package'] {
	return {from: 'debian', name, file};
}

export const oracleLibraries: readonly OracleLibrary[] = [
	{
		package: debian('libfaketime', `${lib}/faketime/libfaketime.so.1`),
		env: {FAKETIME: '-10y'},
		files: {file: ''},
		python: 'time.time(), time.time_ns(), time.sleep(0), os.getpid(), os.utime("file", (1, 1))',
		calls: `
	struct timeval second = {0, 0};
	struct timespec moment = {0, 0};
	struct timeb before;
	struct utimbuf times = {1, 1};
	char random[8];
	time(NULL), gettimeofday(&second, NULL), clock_gettime(CLOCK_REALTIME, &moment), timespec_get(&moment, TIME_UTC), ftime(&before);
	moment = (struct timespec){0, 0}, second = (struct timeval){0, 0};
	nanosleep(&moment, NULL), usleep(0), sleep(0), alarm(0), poll(NULL, 0, 0), ppoll(NULL, 0, &moment, NULL);
	select(0, NULL, NULL, NULL, &second), pselect(0, NULL, NULL, NULL, &moment, NULL);
	utimes("file", NULL), utime("file", &times), futimens(-1, NULL), getrandom(random, 8, 0), getentropy(random, 8);
	REAL(getpid)(), REAL(nanosleep)(&moment, NULL);
`,
		called: 20,
	},
	{
		package: debian('libjemalloc2', `${lib}/libjemalloc.so.2`),
		python: pythonMemory,
		calls: moreMemory,
		called: 8,
	},
	{
		package: debian('libtcmalloc-minimal4', `${lib}/libtcmalloc_minimal.so.4`),
		python: pythonMemory,
		calls: `${moreMemory}
	free(pvalloc(640)), mallopt(0, 0), mallinfo(), sbrk(0);
	block = mremap(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096, 8192, MREMAP_MAYMOVE);
	munmap(block, 8192);
`,
		called: 14,
	},
	{
		package: debian('libmimalloc2.0', `${lib}/libmimalloc.so.2.0`),
		python: pythonMemory,
		calls: `${moreMemory}
	free(pvalloc(640)), free(reallocarray(NULL, 10, 10));
`,
		called: 10,
	},
	{
		package: debian('libeatmydata1', `${lib}/libeatmydata.so`),
		files: {file: ''},
		python: 'os.sync()',
		calls: `
	int file = open64("file", O_RDWR);
	fsync(file), fdatasync(file), msync(NULL, 0, 0), sync_file_range(file, 0, 0, 0), syncfs(file), sync();
	REAL(fsync)(file);
	close(file), close(open("file", O_RDONLY));
`,
		called: 7,
	},
	{
		package: debian('libfakeroot', `${lib}/libfakeroot/libfakeroot-sysv.so`),
		files: {file: ''},
		python:
			'os.getuid(), os.geteuid(), os.getgid(), os.getegid(), os.getgroups(), os.chmod("file", 0o600), os.stat("file"), os.lstat("file")',
		calls: `
	struct stat64 status;
	unsigned int one, two, three;
	int file = open("file", O_RDWR);
	fchmod(file, 0600), fchown(file, -1, -1), fstat64(file, &status), close(file);
	lchown("file", -1, -1), chown("file", -1, -1), getresuid(&one, &two, &three), getresgid(&one, &two, &three);
	mkdir("folder", 0700), rename("folder", "other"), rmdir("other"), mknod("pipe", S_IFIFO | 0600, 0), unlink("pipe"), remove("none");
	getxattr("file", "user.none", NULL, 0), listxattr("file", NULL, 0);
	REAL(getuid)(), REAL(chmod)("file", 0600);
`,
		called: 20,
	},
	{
		package: debian('heaptrack', '/usr/lib/heaptrack/libheaptrack_preload.so'),
		python: pythonMemory,
		calls: `${memory}
	dlclose(dlopen("libc.so.6", RTLD_LAZY));
`,
		called: 9,
	},
	{
		package: debian('libnss-wrapper', `${lib}/libnss_wrapper.so`),
		env: {NSS_WRAPPER_PASSWD: 'passwd', NSS_WRAPPER_GROUP: 'group', NSS_WRAPPER_HOSTS: 'hosts'},
		files: {
			passwd: 'somebody:x:1:1::/:/bin/sh\n',
			group: 'some:x:1:somebody\n',
			hosts: '192.0.2.1 somewhere.example\n',
		},
		python: `pwd.getpwnam("somebody"), pwd.getpwuid(1), pwd.getpwall(), grp.getgrnam("some"), grp.getgrgid(1), grp.getgrall()
os.getgrouplist("somebody", 1), socket.gethostname(), socket.gethostbyname("somewhere.example")
socket.getaddrinfo("somewhere.example", 80), socket.getnameinfo(("192.0.2.1", 80), 3)`,
		calls: `
	getpwnam("somebody"), getpwuid(1), getgrnam("some"), getgrgid(1), gethostbyname("somewhere.example");
	REAL(getpwnam)("root");
`,
		called: 15,
	},
];
