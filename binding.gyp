# This file builds what runs inside targets, and the ledger's reader. Nothing here is a Node addon: the results need libc only.
{
  'target_defaults': {
    'defines!': ['_FILE_OFFSET_BITS=64', '_LARGEFILE_SOURCE'],
    'defines': ['_GNU_SOURCE'],
    'cflags!': ['-fno-omit-frame-pointer', '-Wno-unused-parameter'],
    'cflags': ['-O2', '-g', '-fPIC', '-Wall', '-Wextra', '-Werror'],
    'cflags_c': ['-std=gnu11', '-fvisibility=hidden', '-fno-builtin', '-Wpedantic', '-Wno-variadic-macros', '-Wmissing-prototypes'],
    'ldflags': ['-Wl,-z,now', '-Wl,-z,defs'],
    'libraries': ['-ldl', '-lpthread'],
  },
  'targets': [
    {'target_name': 'error', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=error']},
    {'target_name': 'object', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=object']},
    {'target_name': 'number', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=number']},
    {'target_name': 'call', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=call']},
    {'target_name': 'memory', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=memory']},
    {'target_name': 'import', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=import']},
    {'target_name': 'gil', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=gil']},
    {'target_name': 'lifecycle', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=lifecycle']},
    {'target_name': 'libc-memory', 'product_name': 'libc-memory', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=libc_memory']},
    {'target_name': 'libc-time', 'product_name': 'libc-time', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=libc_time']},
    {'target_name': 'libc-io', 'product_name': 'libc-io', 'includes': ['native/shim.gypi'], 'defines': ['FAMILY=libc_io']},
    {'target_name': 'effect-time', 'includes': ['native/object.gypi'], 'defines': ['FAMILY=effect_time'], 'sources': ['native/effects.c', 'native/count.c', 'native/objects.c', 'native/page.c']},
    {'target_name': 'effect-getrandom', 'includes': ['native/object.gypi'], 'defines': ['FAMILY=effect_getrandom'], 'sources': ['native/effects.c', 'native/count.c', 'native/objects.c', 'native/page.c']},
    {'target_name': 'entries', 'includes': ['native/object.gypi'], 'sources': ['native/entries/entries.c', 'native/entries/blob.c', 'native/entries/interpreter.c', 'native/entries/stubs.c', 'native/entries/role.c', 'native/callee.c', 'native/entries/count-x86-64.S', 'native/entries/count-aarch64.S', 'native/objects.c', 'native/page.c']},
    {'target_name': 'caller', 'includes': ['native/object.gypi'], 'sources': ['native/calls.c', 'native/last.c'], 'cflags_c': ['-fno-optimize-sibling-calls'], 'ldflags!': ['-Wl,-z,defs']},
    {'target_name': 'caller-deepbind', 'includes': ['native/object.gypi'], 'sources': ['native/calls.c', 'native/last.c'], 'cflags_c': ['-fno-optimize-sibling-calls'], 'ldflags!': ['-Wl,-z,defs']},
    {'target_name': 'preloaded', 'includes': ['native/object.gypi'], 'sources': ['native/preloaded.c']},
    {'target_name': 'reader', 'includes': ['native/object.gypi'], 'sources': ['native/reader.c']},
    # What a generated shim is linked with, on the machine that tests.
    {
      'target_name': 'sweep',
      'type': 'static_library',
      # An archive with its members inside, not a list of this machine's paths.
      'standalone_static_library': 1,
      'product_prefix': '',
      'sources': ['native/sweep/runtime.c', 'native/sweep/sites.c', 'native/callee.c', 'native/sweep/jumps.c', 'native/next.c', 'native/objects.c', 'native/page.c'],
      'conditions': [
        ['target_arch=="x64"', {'cflags_c': ['-fcf-protection']}],
        ['target_arch=="arm64"', {'cflags_c': ['-mbranch-protection=standard']}],
      ],
    },
    {'target_name': 'pyinterpose-target', 'includes': ['native/object.gypi'], 'sources': ['native/target.c']},
    {
      'target_name': 'launcher',
      'type': 'executable',
      'sources': ['native/launcher.c', 'native/calls.c', 'native/last.c'],
      'cflags_c': ['-fno-optimize-sibling-calls'],
      'dependencies': ['pyinterpose-target'],
      'ldflags': ['-pie', '-Wl,--export-dynamic-symbol=pyinterpose_*'],
    },
  ],
}
