# This file is a shim: hooks.def expanded for the family in FAMILY.
{
  'type': 'shared_library',
  'product_prefix': '',
  'product_extension': 'so',
  'sources': ['hooks.c', 'jump.S', 'count.c', 'loaded.c', 'next.c', 'objects.c', 'children.c', 'page.c', 'told.c'],
}
