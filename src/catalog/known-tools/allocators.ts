/** This file lists the memory allocators that are preloaded. */

import type {KnownTool} from '../../model/known-tool.js';
import {names} from './names.js';

export const allocators: readonly KnownTool[] = [
	{
		name: 'jemalloc',
		kind: 'preload',
		does: 'allocates memory in its own way',
		functions: names(
			'_Zd* _Zn* aligned_alloc calloc free malloc malloc_usable_size memalign posix_memalign realloc valloc',
		),
		version: '5.3.0',
		source: 'https://github.com/jemalloc/jemalloc/blob/5.3.0/src/jemalloc.c',
		package: {from: 'debian', name: 'libjemalloc2', file: '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2'},
		notRun: null,
	},
	{
		name: 'tcmalloc',
		kind: 'preload',
		does: 'allocates memory in its own way',
		functions: names(`
			_Zd* _Zn* __libc_calloc __libc_free __libc_malloc __libc_memalign __libc_pvalloc __libc_realloc
			__libc_valloc aligned_alloc calloc cfree free mallinfo malloc malloc_stats malloc_usable_size
			mallopt memalign mmap mmap64 mremap munmap posix_memalign pvalloc realloc sbrk valloc`),
		version: '2.10',
		source: 'https://github.com/gperftools/gperftools/blob/gperftools-2.10/src/libc_override_redefine.h',
		package: {
			from: 'debian',
			name: 'libtcmalloc-minimal4',
			file: '/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4.5.10',
		},
		notRun: null,
	},
	{
		name: 'mimalloc',
		kind: 'preload',
		does: 'allocates memory in its own way',
		functions: names(`
			_Zd* _Zn* __libc_calloc __libc_free __libc_malloc __libc_memalign __libc_pvalloc __libc_realloc
			__libc_valloc aligned_alloc calloc cfree free malloc malloc_usable_size memalign posix_memalign
			pvalloc realloc reallocarray valloc`),
		version: '2.0.9',
		source: 'https://github.com/microsoft/mimalloc/blob/v2.0.9/src/alloc-override.c',
		package: {from: 'debian', name: 'libmimalloc2.0', file: '/usr/lib/x86_64-linux-gnu/libmimalloc.so.2.0'},
		notRun: null,
	},
	{
		name: 'snmalloc',
		kind: 'preload',
		does: 'allocates memory in its own way',
		functions: names(`
			_Zd* _Zn* aligned_alloc calloc cfree free malloc malloc_usable_size memalign posix_memalign pvalloc
			realloc reallocarray valloc`),
		version: '2a7eabef6c70',
		source:
			'https://github.com/microsoft/snmalloc/blob/2a7eabef6c7017bfed911869113700bbeee0befe/src/snmalloc/override/malloc.cc',
		package: null,
		notRun: 'no distribution or registry has its library: it is built from source',
	},
	{
		name: 'oneTBB scalable allocator',
		kind: 'preload',
		does: 'allocates memory in its own way',
		functions: names(`
			_Zd* _Zn* __libc_calloc __libc_free __libc_malloc __libc_memalign __libc_pvalloc __libc_realloc
			__libc_valloc aligned_alloc calloc free mallinfo malloc malloc_usable_size mallopt memalign
			posix_memalign pvalloc realloc valloc`),
		version: '2021.8.0',
		source: 'https://github.com/uxlfoundation/oneTBB/blob/v2021.8.0/src/tbbmalloc_proxy/proxy.cpp',
		package: {from: 'debian', name: 'libtbbmalloc2', file: '/usr/lib/x86_64-linux-gnu/libtbbmalloc_proxy.so.2.8'},
		notRun: null,
	},
	{
		name: 'Electric Fence',
		kind: 'preload',
		does: 'finds reads and writes outside of allocated memory',
		functions: names('calloc free malloc memalign posix_memalign realloc valloc'),
		version: '2.2.6+b1',
		source: 'https://linux.die.net/man/3/efence',
		package: {from: 'debian', name: 'electric-fence', file: '/usr/lib/libefence.so.0.0'},
		notRun: null,
	},
	{
		name: 'DUMA',
		kind: 'preload',
		does: 'finds reads and writes outside of allocated memory',
		functions: names(`
			_Zd* _Zn* calloc free malloc memalign memcpy memmove posix_memalign realloc strcat strcpy strdup
			strncat strncpy valloc`),
		version: '2.5.21',
		source: 'https://github.com/johnsonjh/duma',
		package: {from: 'debian', name: 'duma', file: '/usr/lib/libduma.so.0.0.0'},
		notRun: null,
	},
	{
		name: 'dmalloc',
		kind: 'preload',
		does: 'finds faults in the use of memory',
		functions: names('calloc cfree free malloc memalign posix_memalign realloc strdup strndup valloc'),
		version: '5.5.2',
		source: 'https://dmalloc.com/docs/latest/online/dmalloc_toc.html',
		package: {from: 'debian', name: 'libdmalloc5', file: '/usr/lib/x86_64-linux-gnu/libdmallocth.so.5.5.2'},
		notRun: null,
	},
	{
		name: 'libhugetlbfs',
		kind: 'preload',
		does: 'keeps segments and shared memory in large pages',
		functions: names('shmget'),
		version: '2.23',
		source: 'https://github.com/libhugetlbfs/libhugetlbfs/blob/2.23/shm.c',
		package: {from: 'debian', name: 'libhugetlbfs0', file: '/usr/lib/x86_64-linux-gnu/libhugetlbfs-2.23.so'},
		notRun: null,
	},
];
