#include "rollcall_system.h"
