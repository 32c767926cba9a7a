# This file leaves a target out where the libc is musl, which has no audit modules.
{
  'conditions': [['libc!="glibc"', {'type': 'none'}]],
}
