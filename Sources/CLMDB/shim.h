/* liblmdb, which Postfix's lmdb: tables are made of. */
#include <lmdb.h>
