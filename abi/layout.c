/* layout.c - prints each offset and size of the interface's structs, a line each, in the order of the header. A later
 * minor may add lines behind those of a struct; it changes none. The golden file is what 1.0 prints on LP64. */
#include <stdio.h>

#ifndef HEADER
#define HEADER "rollcall_connector.h"
#endif
#include HEADER

#define F(type, field) printf("%s.%s %zu %zu\n", #type, #field, offsetof(type, field), sizeof(((type *)0)->field))
#define S(type) printf("%s %zu\n", #type, sizeof(type))
#define C(constant) printf("%s %ld\n", #constant, (long)(constant))

int main(void) {
    F(rollcall_str, data); F(rollcall_str, len); S(rollcall_str);
    F(rollcall_pair, name); F(rollcall_pair, value); S(rollcall_pair);
    F(rollcall_record, struct_size); F(rollcall_record, op); F(rollcall_record, kind); F(rollcall_record, id);
    F(rollcall_record, peer); F(rollcall_record, attrs); F(rollcall_record, attr_count); S(rollcall_record);
    F(rollcall_host, struct_size); F(rollcall_host, abi); F(rollcall_host, product); F(rollcall_host, log);
    F(rollcall_host, cancelled); F(rollcall_host, cancel_fd); F(rollcall_host, wait); F(rollcall_host, problem);
    F(rollcall_host, answer); F(rollcall_host, save); F(rollcall_host, emit); F(rollcall_host, checkpoint);
    F(rollcall_host, progress); F(rollcall_host, extension); S(rollcall_host);
    F(rollcall_request, struct_size); F(rollcall_request, mode); F(rollcall_request, state); S(rollcall_request);
    F(rollcall_connector, struct_size); F(rollcall_connector, abi); F(rollcall_connector, flags);
    F(rollcall_connector, settings_version); F(rollcall_connector, id); F(rollcall_connector, version);
    F(rollcall_connector, tab); F(rollcall_connector, open); F(rollcall_connector, call); F(rollcall_connector, sync);
    F(rollcall_connector, close); F(rollcall_connector, extension); S(rollcall_connector);
    C(ROLLCALL_ABI);
    C(ROLLCALL_OK); C(ROLLCALL_FAILED); C(ROLLCALL_CANCELLED); C(ROLLCALL_BAD_SETTINGS); C(ROLLCALL_NEED_CONSENT);
    C(ROLLCALL_DENIED); C(ROLLCALL_UNAVAILABLE); C(ROLLCALL_NEED_FULL); C(ROLLCALL_UNSUPPORTED);
    C(ROLLCALL_PUT); C(ROLLCALL_PATCH); C(ROLLCALL_DELETE);
    C(ROLLCALL_USER); C(ROLLCALL_GROUP); C(ROLLCALL_CONTACT); C(ROLLCALL_RESOURCE); C(ROLLCALL_MEMBERSHIP);
    C(ROLLCALL_DEBUG); C(ROLLCALL_INFO); C(ROLLCALL_WARN); C(ROLLCALL_ERROR);
    C(ROLLCALL_FULL); C(ROLLCALL_DELTA);
    C(ROLLCALL_DELTAS); C(ROLLCALL_RESUMES); C(ROLLCALL_PROBES);
    return 0;
}
