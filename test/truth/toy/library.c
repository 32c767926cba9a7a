/* This file is another library that calls a leaf. */
#include "toy.h"

int via_library(int x) { return leaf_library(leaf_library(x) * 3) ^ x; }
