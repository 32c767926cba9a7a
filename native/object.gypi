# This file is a plain preloadable object: no prefix, one suffix on every platform. node-gyp's defaults win over target_defaults.
{
  'type': 'shared_library',
  'product_prefix': '',
  'product_extension': 'so',
}
