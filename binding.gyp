# This file builds what runs inside targets, and the ledger's reader. Nothing here is a Node addon: the results need libc only.
#
# gyp evaluates this file as a Python expression, so one list makes a target for each family of native/hooks.def. IS_<family> is
# what native/family.h selects by; in names of files a family has hyphens.
{
  'variables': {
    # What packaging/prebuild has made of native/prebuild, in a folder of that path; empty where the machine that tests compiles.
    'prebuild_folder%': '',
    # The C library that this is built for: one build for each (native/musl.cjs).
    'libc': '<!(echo "#include <features.h>" | ${CC:-cc} -dM -E - | grep -q __GLIBC__ && echo glibc || echo musl)',
    # As a target attribute gcc has it from 11 on, as an option from 7 on; clang, on x86-64, from 13 on. Inline functions of
    # old headers return a double.
    'no_vectors': ['-D__NO_INLINE__', '<!@(${CC:-cc} -Werror -mgeneral-regs-only -x c -c /dev/null -o /dev/null 2>/dev/null && echo -mgeneral-regs-only || echo -mno-mmx -mno-sse)'],
  },
  'target_defaults': {
    'defines!': ['_FILE_OFFSET_BITS=64', '_LARGEFILE_SOURCE'],
    'defines': ['_GNU_SOURCE'],
    'cflags!': ['-fno-omit-frame-pointer', '-Wno-unused-parameter'],
    'cflags': ['-O2', '-g', '-fPIC', '-Wall', '-Wextra', '-Werror'],
    'cflags_c': ['-std=gnu11', '-fvisibility=hidden', '-fno-builtin', '-Wpedantic', '-Wno-variadic-macros', '-Wmissing-prototypes'],
    'ldflags': ['-Wl,-z,now', '-Wl,-z,defs'],
    'libraries': ['-ldl', '-lpthread'],
    'conditions': [['prebuild_folder!=""', {'libraries': ['<(prebuild_folder)/stat.a']}]],
  },
  'targets': [
    {
      'target_name': family.replace('_', '-'),
      # Said, because gyp would take the `lib` off `libc`.
      'product_name': family.replace('_', '-'),
      'includes': ['native/shim.gypi'],
      'defines': ['FAMILY=' + family, 'IS_' + family + '=~,1'],
    } for family in [
      'error', 'object', 'number', 'call', 'memory', 'import', 'gil', 'lifecycle', 'libc_memory', 'libc_time', 'libc_io',
    ]
  ] + [
    {
      'target_name': family.replace('_', '-'),
      'includes': ['native/object.gypi'],
      'defines': ['FAMILY=' + family, 'IS_' + family + '=~,1'],
      'sources': ['native/effects.c', 'native/count.c', 'native/loaded.c', 'native/objects.c', 'native/children.c', 'native/page.c', 'native/told.c'],
    } for family in ['effect_time', 'effect_getrandom']
  ] + [
    {
      'target_name': 'entries',
      'includes': ['native/object.gypi'],
      'sources': [
        'native/entries/entries.c', 'native/entries/blob.c', 'native/entries/interpreter.c', 'native/entries/stubs.c',
        'native/entries/role.c', 'native/entries/names.c', 'native/entries/count-x86-64.S', 'native/entries/count-aarch64.S', 'native/callee.c',
        'native/call-c-x86-64.S', 'native/loaded.c', 'native/objects.c', 'native/children.c', 'native/page.c', 'native/told.c', 'native/unload.c',
      ],
    },
    # Ways of intercepting, each alone, for `pyinterpose mechanisms`.
    {'target_name': 'mechanism-preload', 'includes': ['native/object.gypi'], 'sources': ['native/mechanisms/preload.c']},
    {'target_name': 'mechanism-rewrite', 'includes': ['native/object.gypi'], 'sources': ['native/mechanisms/rewrite.c', 'native/loaded.c']},
    {
      'target_name': 'mechanism-bind',
      'includes': ['native/object.gypi', 'native/glibc-only.gypi'],
      'sources': ['native/mechanisms/bind.c'],
    },
    {
      'target_name': 'mechanism-enter',
      'includes': ['native/object.gypi', 'native/glibc-only.gypi'],
      'sources': ['native/mechanisms/enter.c'],
    },
    {'target_name': 'mechanism-allocator', 'includes': ['native/object.gypi'], 'sources': ['native/mechanisms/allocator.c']},
    {
      'target_name': 'uprobe',
      'type': 'executable',
      'sources': ['native/mechanisms/uprobe.c'],
      # A program of its own, which watches any other: one is enough, and musl-gcc has none of the kernel's headers.
      'includes': ['native/glibc-only.gypi'],
      'conditions': [['prebuild_folder!=""', {'ldflags': ['-nostartfiles', '<(prebuild_folder)/start.o']}]],
    },
    # Compiled without vector registers: it runs at the entry of any function, and keeps them.
    {
      'target_name': 'audit',
      'includes': ['native/object.gypi', 'native/glibc-only.gypi'],
      'sources': [
        'native/audit/audit.c', 'native/audit/entered.c', 'native/audit/count-x86-64.S', 'native/entries/blob.c',
        'native/entries/stubs.c',
      ],
      # Where it is preloaded, its constructor runs before all others.
      'ldflags': ['-Wl,-z,initfirst'],
      # An audit counts on x86-64 alone.
      'conditions': [['target_arch!="x64"', {'type': 'none'}]],
      'cflags_c': ['<@(no_vectors)'],
    },
  ] + [
    {
      'target_name': caller,
      'includes': ['native/object.gypi'],
      'sources': ['native/calls.c', 'native/last.c', 'native/module.c'],
      'cflags_c': ['-fno-optimize-sibling-calls'],
      'ldflags!': ['-Wl,-z,defs'],
    } for caller in ['caller', 'caller-deepbind']
  ] + [
    # Without libc: it is preloaded before it is known which libc a program has.
    {
      'target_name': 'preloaded',
      'includes': ['native/object.gypi'],
      'sources': ['native/preloaded.c'],
      'ldflags': ['-nostdlib'],
      'libraries!': ['-ldl', '-lpthread'],
    },
    {'target_name': 'reader', 'includes': ['native/object.gypi'], 'sources': ['native/reader.c']},
    # What is preloaded behind a generated shim, which defines what is undefined here.
    {
      'target_name': 'sweep',
      'includes': ['native/object.gypi'],
      'sources': [
        'native/sweep/runtime.c', 'native/sweep/sites.c', 'native/sweep/jumps.c', 'native/sweep/processes.c', 'native/callee.c',
        'native/loaded.c', 'native/next.c', 'native/objects.c', 'native/children.c', 'native/page.c', 'native/told.c', 'native/unload.c',
      ],
      # It runs with the vector registers of somebody else's call in it.
      'cflags_c': ['<@(no_vectors)'],
      # One member without the marks of IBT or BTI takes them from the whole, be it a start file or the assembly of another CPU.
      'ldflags': ['-nostartfiles'],
      'ldflags!': ['-Wl,-z,defs'],
      'conditions': [
        ['target_arch=="x64"', {'cflags_c': ['-fcf-protection'], 'sources': ['native/sweep/into-c-x86-64.S', 'native/call-c-x86-64.S']}],
        ['target_arch=="arm64"', {'cflags_c': ['-mbranch-protection=standard'], 'sources': ['native/sweep/into-c-aarch64.S']}],
      ],
    },
    # What a generated shim is made of: left unlinked, for src/shim links it.
    {
      'target_name': 'trampoline',
      'type': 'executable',
      'product_extension': 'o',
      'sources': ['native/sweep/trampoline-x86-64.S', 'native/sweep/trampoline-aarch64.S'],
      'cflags!': ['-g'],
      'ldflags': ['-r', '-nostdlib'],
      'ldflags!': ['-Wl,-z,now', '-Wl,-z,defs', '-rdynamic', '-pthread'],
      'libraries!': ['-ldl', '-lpthread'],
    },
    {
      'target_name': 'pyinterpose-target',
      'includes': ['native/object.gypi'],
      # Of libc's families it defines nothing.
      'defines': ['IS_' + family + '=~,1' for family in ['libc_memory', 'libc_time', 'libc_io']],
      'sources': ['native/target.c'],
    },
    {
      'target_name': 'tether',
      'type': 'executable',
      'sources': ['native/tether.c'],
      # No libc, no loader: nothing of what is preloaded comes into it.
      'cflags_c': ['-fno-stack-protector', '-fno-pie', '-fno-asynchronous-unwind-tables'],
      'cflags': ['-Os', '-fno-pie'],
      'cflags!': ['-O2', '-fPIC'],
      'ldflags': ['-static', '-nostdlib', '-nostartfiles', '-no-pie', '-Wl,--build-id=none'],
      'ldflags!': ['-Wl,-z,now', '-Wl,-z,defs'],
      'libraries!': ['-ldl', '-lpthread'],
    },
    {
      'target_name': 'launcher',
      'type': 'executable',
      'sources': ['native/launcher.c', 'native/calls.c', 'native/last.c'],
      'cflags_c': ['-fno-optimize-sibling-calls'],
      'dependencies': ['pyinterpose-target'],
      'ldflags': ['-pie', '-Wl,--export-dynamic-symbol=pyinterpose_*'],
      'conditions': [['prebuild_folder!=""', {'ldflags': ['-nostartfiles', '<(prebuild_folder)/start.o']}]],
    },
  ],
}
