/* What Swift cannot call by itself: variadic, macro-only or too new system calls. */
#ifndef ROLLCALL_SYSTEM_H
#define ROLLCALL_SYSTEM_H
#endif
