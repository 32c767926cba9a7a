/** This file lists the tools that watch the use of memory. */

import type {KnownTool} from '../../model/known-tool.js';
import {names} from './names.js';

export const memoryProfilers: readonly KnownTool[] = [
	{
		name: 'heaptrack',
		kind: 'preload',
		does: 'records where memory is allocated',
		functions: names('aligned_alloc calloc dlclose dlopen free malloc posix_memalign realloc valloc'),
		version: '1.4.0',
		source: 'https://github.com/KDE/heaptrack/blob/v1.4.0/src/track/heaptrack_preload.cpp',
		package: {from: 'debian', name: 'libheaptrack', file: '/usr/lib/heaptrack/libheaptrack_preload.so'},
		notRun: null,
	},
	{
		name: 'AddressSanitizer',
		kind: 'preload',
		does: 'finds faults in the use of memory',
		functions: names(`
			_Zd* _Zn* __bzero __cxa_atexit __cxa_throw __fprintf_chk __getdelim __isoc99_fscanf __isoc99_scanf
			__isoc99_sscanf __isoc99_vfscanf __isoc99_vscanf __isoc99_vsscanf __libc_memalign __longjmp_chk
			__lxstat __lxstat64 __overflow __pthread_mutex_lock __pthread_mutex_unlock __snprintf_chk
			__sprintf_chk __strdup __strndup __strxfrm_l __uflow __underflow __vsnprintf_chk __vsprintf_chk
			__wcsxfrm_l __woverflow __wuflow __wunderflow __xpg_strerror_r __xstat __xstat64 _exit _longjmp
			_obstack_begin _obstack_begin_1 _obstack_newchunk accept accept4 aligned_alloc asctime asctime_r
			asprintf atoi atol atoll backtrace backtrace_symbols bcmp bsearch bzero calloc
			canonicalize_file_name capget capset cfree clock_getcpuclockid clock_getres clock_gettime
			clock_settime confstr ctermid ctime ctime_r dlclose dlopen drand48_r endgrent endpwent ether_aton
			ether_aton_r ether_hostton ether_line ether_ntoa ether_ntoa_r ether_ntohost eventfd_read
			eventfd_write fclose fdopen fflush fgetgrent fgetgrent_r fgetpwent fgetpwent_r fgets fgetxattr
			flistxattr fmemopen fopen fopen64 fopencookie fprintf fputs fread free freopen freopen64 frexp
			frexpf frexpl fscanf fstatfs fstatfs64 fstatvfs fstatvfs64 ftime fwrite get_current_dir_name
			getaddrinfo getcwd getdelim getgrent getgrent_r getgrgid getgrgid_r getgrnam getgrnam_r getgrouplist
			getgroups gethostbyaddr gethostbyaddr_r gethostbyname gethostbyname2 gethostbyname2_r
			gethostbyname_r gethostent gethostent_r getifaddrs getitimer getline getloadavg getmntent
			getmntent_r getnameinfo getnetbyaddr getnetbyname getnetent getpass getpeername getprotobyname
			getprotobyname_r getprotobynumber getprotobynumber_r getprotoent getprotoent_r getpwent getpwent_r
			getpwnam getpwnam_r getpwuid getpwuid_r getrandom getresgid getresuid getsockname getsockopt
			getusershell getutent getutid getutline getutxent getutxid getutxline getxattr glob glob64 gmtime
			gmtime_r iconv if_indextoname if_nametoindex index inet_aton inet_ntop inet_pton initgroups ioctl
			lgamma lgamma_r lgammaf lgammaf_r lgammal lgammal_r lgetxattr listxattr llistxattr localtime
			localtime_r longjmp lrand48_r lstat mallinfo malloc malloc_stats malloc_usable_size mallopt
			mbsnrtowcs mbsrtowcs mbstowcs mcheck mcheck_pedantic memalign memchr memcmp memcpy memmem memmove
			memrchr memset mincore mktime mlock mlockall mmap mmap64 modf modff modfl mprobe mprotect msgrcv
			msgsnd munlock munlockall name_to_handle_at open_by_handle_at open_memstream open_wmemstream opendir
			pclose poll popen posix_memalign posix_spawn posix_spawnp ppoll prctl pread pread64 preadv preadv64
			printf process_vm_readv process_vm_writev pthread_attr_getaffinity_np pthread_attr_getdetachstate
			pthread_attr_getguardsize pthread_attr_getinheritsched pthread_attr_getschedparam
			pthread_attr_getschedpolicy pthread_attr_getscope pthread_attr_getstack pthread_attr_getstacksize
			pthread_barrierattr_getpshared pthread_condattr_getclock pthread_condattr_getpshared pthread_create
			pthread_getcpuclockid pthread_getname_np pthread_getschedparam pthread_join pthread_mutex_lock
			pthread_mutex_unlock pthread_mutexattr_getprioceiling pthread_mutexattr_getprotocol
			pthread_mutexattr_getpshared pthread_mutexattr_getrobust pthread_mutexattr_getrobust_np
			pthread_mutexattr_gettype pthread_rwlockattr_getkind_np pthread_rwlockattr_getpshared
			pthread_setcancelstate pthread_setcanceltype pthread_setname_np pthread_sigmask ptrace ptsname
			ptsname_r puts pututxline pvalloc pwrite pwrite64 pwritev pwritev64 qsort qsort_r rand_r random_r
			read readdir readdir64 readdir64_r readdir_r readlink readlinkat readv realloc reallocarray realpath
			recv recvfrom recvmmsg recvmsg regcomp regerror regexec regfree remquo remquof remquol scandir
			scandir64 scanf sched_getaffinity sched_getparam sem_destroy sem_getvalue sem_init sem_open sem_post
			sem_timedwait sem_trywait sem_unlink sem_wait send sendmmsg sendmsg sendto setbuf setbuffer setgrent
			setitimer setlinebuf setlocale setpwent setvbuf shmctl sigaction sigaltstack sigandset sigemptyset
			sigfillset siglongjmp signal sigorset sigpending sigprocmask sigtimedwait sigwait sigwaitinfo sincos
			sincosf sincosl snprintf sprintf sscanf stat statfs statfs64 statvfs statvfs64 strcasecmp strcasestr
			strcat strchr strchrnul strcmp strcpy strcspn strdup strerror strerror_r strlen strncasecmp strncat
			strncmp strncpy strndup strnlen strpbrk strptime strrchr strspn strstr strtoimax strtok strtol
			strtoll strtoumax strxfrm strxfrm_l swapcontext sysinfo tcgetattr tempnam textdomain time
			timerfd_gettime timerfd_settime times tmpnam tmpnam_r tsearch ttyname ttyname_r uname valloc
			vasprintf vfork vfprintf vfscanf vprintf vscanf vsnprintf vsprintf vsscanf wait wait3 wait4 waitid
			waitpid wcrtomb wcscat wcsdup wcslen wcsncat wcsnlen wcsnrtombs wcsrtombs wcstombs wcsxfrm wcsxfrm_l
			wctomb wordexp write writev xdr_bool xdr_bytes xdr_char xdr_double xdr_enum xdr_float xdr_hyper
			xdr_int xdr_int16_t xdr_int32_t xdr_int64_t xdr_int8_t xdr_long xdr_longlong_t xdr_quad_t xdr_short
			xdr_string xdr_u_char xdr_u_hyper xdr_u_int xdr_u_long xdr_u_longlong_t xdr_u_quad_t xdr_u_short
			xdr_uint16_t xdr_uint32_t xdr_uint64_t xdr_uint8_t xdrmem_create xdrrec_create xdrstdio_create`),
		version: '12.2.0',
		source:
			'https://github.com/llvm/llvm-project/blob/main/compiler-rt/lib/sanitizer_common/sanitizer_common_interceptors.inc',
		package: {from: 'debian', name: 'libasan8', file: '/usr/lib/x86_64-linux-gnu/libasan.so.8.0.0'},
		notRun: null,
	},
	{
		name: 'LeakSanitizer',
		kind: 'preload',
		does: 'finds memory that is never freed',
		functions: names(`
			_Zd* _Zn* __libc_memalign _exit aligned_alloc calloc cfree free mallinfo malloc malloc_usable_size
			mallopt mcheck mcheck_pedantic memalign mprobe posix_memalign pthread_create pthread_detach
			pthread_join pvalloc realloc reallocarray sigaction signal strerror valloc`),
		version: '12.2.0',
		source: 'https://github.com/llvm/llvm-project/blob/main/compiler-rt/lib/lsan/lsan_interceptors.cpp',
		package: {from: 'debian', name: 'liblsan0', file: '/usr/lib/x86_64-linux-gnu/liblsan.so.0.0.0'},
		notRun: null,
	},
	{
		name: 'bytehound',
		kind: 'preload',
		does: 'records where memory is allocated',
		functions: names(`
			__deregister_frame __register_frame _exit aligned_alloc calloc fork free malloc mallopt memalign
			mmap mmap64 munmap posix_memalign pvalloc realloc valloc`),
		version: '0.11',
		source: 'https://github.com/koute/bytehound/blob/master/preload/src/api.rs',
		package: null,
		notRun: 'no distribution or registry has its library: it is built from source, with a nightly Rust',
	},
	{
		name: 'Fil',
		kind: 'preload',
		does: 'records where memory is allocated at its peak',
		functions: names('aligned_alloc calloc fork free malloc mmap mmap64 munmap posix_memalign pthread_create realloc'),
		version: '2024.11.2',
		source: 'https://github.com/pythonspeed/filprofiler/blob/master/filpreload/src/_filpreload.c',
		package: {from: 'pypi', name: 'filprofiler', file: 'filprofiler/_filpreload.cpython-*.so'},
		notRun: null,
	},
	{
		name: 'Scalene',
		kind: 'preload',
		does: 'profiles time and memory by line',
		functions: names(`
			_Zd* _Zn* __libc_calloc __libc_free __libc_malloc __libc_memalign __libc_realloc calloc cfree
			epoll_pwait epoll_wait free malloc malloc_usable_size memalign memcpy memmove poll posix_memalign
			ppoll pselect pvalloc realloc reallocarray select setitimer strcpy strdup strndup valloc`),
		version: '2.4.0',
		source: 'https://github.com/plasma-umass/scalene/blob/master/src/source/libscalene.cpp',
		package: {from: 'pypi', name: 'scalene', file: 'scalene/libscalene.so'},
		notRun: null,
	},
	{
		name: 'memray',
		kind: 'got-rewrite',
		does: 'records where memory is allocated',
		functions: names(`
			PyGILState_Ensure aligned_alloc calloc dlclose dlopen free free_aligned_sized free_sized malloc
			memalign mmap mmap64 munmap posix_memalign prctl pvalloc realloc valloc`),
		version: '1.20.0',
		source: 'https://github.com/bloomberg/memray/blob/main/src/memray/_memray/hooks.h',
		package: {from: 'pypi', name: 'memray', file: 'memray/_memray.cpython-*.so'},
		notRun: null,
	},
	{
		name: 'ddprof',
		kind: 'got-rewrite',
		does: 'samples time and allocations',
		functions: names(`
			_Zd* _Zn* aligned_alloc calloc dlopen free malloc memalign mmap mmap64 munmap posix_memalign
			pthread_create pvalloc realloc reallocarray valloc`),
		version: '029abd77068a',
		source:
			'https://github.com/DataDog/ddprof/blob/029abd77068a85dfc300c8860a2f6fda66afcf3c/src/lib/symbol_overrides.cc',
		package: null,
		notRun: 'no distribution or registry has it: it is downloaded from its releases',
	},
	{
		name: 'MALT',
		kind: 'preload',
		does: 'records where memory is allocated',
		functions: names(
			'aligned_alloc calloc free malloc memalign mmap mremap munmap posix_memalign pvalloc realloc valloc',
		),
		version: '1.2.4',
		source: 'https://github.com/memtt/malt/blob/master/src/lib/injectors/InjectCAlloc.cpp',
		package: null,
		notRun:
			'no distribution or registry has it (the package malt of Debian is another program): it is built from source',
	},
	{
		name: 'MALT for Python',
		kind: 'preload',
		does: 'records where Python allocates memory',
		functions: names('Py_RunMain'),
		version: '1.2.4',
		source: 'https://github.com/memtt/malt/blob/master/src/lib/injectors/InjectPythonInit.hpp',
		package: null,
		notRun:
			'no distribution or registry has it (the package malt of Debian is another program): it is built from source',
	},
	{
		name: 'memusage',
		kind: 'preload',
		does: 'counts what a program allocates',
		functions: names('calloc free malloc mmap mmap64 mremap munmap realloc'),
		version: '2.36',
		source: 'https://sourceware.org/git/?p=glibc.git;a=blob;f=malloc/memusage.c',
		package: {from: 'debian', name: 'libc6', file: '/lib/x86_64-linux-gnu/libmemusage.so'},
		notRun: null,
	},
	{
		name: 'LTTng-UST libc',
		kind: 'preload',
		does: 'traces allocations',
		functions: names('calloc free malloc memalign posix_memalign realloc'),
		version: '2.13.5',
		source: 'https://lttng.org/docs/#doc-liblttng-ust-libc-pthread-wrapper',
		package: {
			from: 'debian',
			name: 'liblttng-ust1',
			file: '/usr/lib/x86_64-linux-gnu/liblttng-ust-libc-wrapper.so.1.0.0',
		},
		notRun: null,
	},
	{
		name: 'bcc memleak',
		kind: 'uprobe',
		does: 'records memory that is not freed',
		functions: names('aligned_alloc calloc free malloc memalign mmap munmap posix_memalign pvalloc realloc valloc'),
		version: '0.26',
		source: 'https://github.com/iovisor/bcc/blob/master/tools/memleak.py',
		package: null,
		notRun:
			'uprobes take the rights of the superuser and a kernel with BPF; `pyinterpose mechanisms` tries an uprobe where they are',
	},
];
