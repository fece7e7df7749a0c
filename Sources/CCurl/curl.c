#include "rollcall_curl.h"
