/* The peer of bench_ldap.py: what a careful C program on libldap and SQLite needs for the same directory. Reads all in
 * pages, the next one asked for before this one is worked on; keeps entries, addresses and memberships (by id) in one
 * transaction; a second run compares hashes and writes only what has changed.
 *
 * peer_ldap URI BASE BIND-DN PASSWORD DATABASE; prints "entries addresses edges written". */
#include <ldap.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) do { if (!(condition)) { fprintf(stderr, "peer: line %d\n", __LINE__); exit(1); } } while (0)
enum { PAGE = 1000, SLOTS = 1 << 22 };

typedef struct { uint64_t key, value; uint32_t id; } Slot;   /* of a DN: its id; of an id: its hash */
static Slot *names, *known;
static char (*ids)[40];
static uint32_t id_count, id_room;
typedef struct { uint32_t group; uint64_t member; } Edge;
static Edge *edges;
static size_t edge_count, edge_room;

static uint64_t hash(uint64_t seed, const char *bytes, size_t length, int folds) {
    for (size_t index = 0; index < length; index++) {
        unsigned char byte = (unsigned char)bytes[index];
        if (folds && byte >= 'A' && byte <= 'Z') byte |= 32;
        seed = (seed ^ byte) * 0x100000001b3;
    }
    seed ^= seed >> 29;
    return seed ? seed : 1;
}

static Slot *slot(Slot *table, uint64_t key) {
    uint64_t at = (key ^ key >> 32) & (SLOTS - 1);
    while (table[at].key && table[at].key != key) at = (at + 1) & (SLOTS - 1);
    return &table[at];
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text) {
    sqlite3_stmt *statement = NULL;
    CHECK(sqlite3_prepare_v2(db, text, -1, &statement, NULL) == SQLITE_OK);
    return statement;
}

static void step(sqlite3_stmt *statement) {
    CHECK(sqlite3_step(statement) == SQLITE_DONE);
    sqlite3_reset(statement);
}

static int ask(LDAP *handle, const char *base, struct berval *cookie) {
    static char *wanted[] = {"entryUUID", "objectClass", "mail", "proxyAddresses", "displayName", "cn", "member", NULL};
    LDAPControl *control = NULL, *controls[2] = {NULL, NULL};
    int id;
    CHECK(ldap_create_page_control(handle, PAGE, cookie, 1, &control) == LDAP_SUCCESS);
    controls[0] = control;
    CHECK(ldap_search_ext(handle, base, LDAP_SCOPE_SUBTREE, "(|(mail=*)(objectClass=groupOfNames))", wanted, 0, controls,
                          NULL, NULL, 0, &id) == LDAP_SUCCESS);
    ldap_control_free(control);
    return id;
}

int main(int argc, char **argv) {
    CHECK(argc == 6);
    names = calloc(SLOTS, sizeof *names);
    known = calloc(SLOTS, sizeof *known);
    sqlite3 *db = NULL;
    CHECK(sqlite3_open(argv[5], &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS objects (id TEXT PRIMARY KEY, hash INTEGER, dn TEXT, name TEXT) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS addresses (address TEXT, id TEXT, PRIMARY KEY (address, id)) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS edges (list TEXT, member TEXT, PRIMARY KEY (list, member)) WITHOUT ROWID; BEGIN",
        NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_stmt *old = prepare(db, "SELECT id, hash FROM objects");
    while (sqlite3_step(old) == SQLITE_ROW) {
        uint64_t key = hash(7, (const char *)sqlite3_column_text(old, 0), (size_t)sqlite3_column_bytes(old, 0), 0);
        Slot *found = slot(known, key);
        found->key = key;
        found->value = (uint64_t)sqlite3_column_int64(old, 1);
    }
    sqlite3_finalize(old);
    sqlite3_stmt *object = prepare(db, "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)");
    sqlite3_stmt *address = prepare(db, "INSERT OR REPLACE INTO addresses VALUES (?, ?)");
    sqlite3_stmt *edge = prepare(db, "INSERT OR REPLACE INTO edges VALUES (?, ?)");

    LDAP *handle = NULL;
    int version = 3;
    struct berval secret = {strlen(argv[4]), argv[4]};
    CHECK(ldap_initialize(&handle, argv[1]) == LDAP_SUCCESS);
    ldap_set_option(handle, LDAP_OPT_PROTOCOL_VERSION, &version);
    CHECK(ldap_sasl_bind_s(handle, argv[3], LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL) == LDAP_SUCCESS);

    size_t entries = 0, addresses = 0, written = 0;
    struct berval cookie = {0, NULL};
    int id = ask(handle, argv[2], &cookie), more = 1;
    while (more) {
        LDAPMessage *all = NULL;
        CHECK(ldap_result(handle, id, LDAP_MSG_ALL, NULL, &all) == LDAP_RES_SEARCH_RESULT);
        LDAPControl **controls = NULL;
        int code = 0;
        for (LDAPMessage *last = ldap_first_message(handle, all); last; last = ldap_next_message(handle, last))
            if (ldap_msgtype(last) == LDAP_RES_SEARCH_RESULT)
                CHECK(ldap_parse_result(handle, last, &code, NULL, NULL, NULL, &controls, 0) == LDAP_SUCCESS);
        CHECK(code == LDAP_SUCCESS && controls);
        ber_int_t estimate;
        free(cookie.bv_val);
        LDAPControl *page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
        CHECK(page && ldap_parse_pageresponse_control(handle, page, &estimate, &cookie) == LDAP_SUCCESS);
        ldap_controls_free(controls);
        more = cookie.bv_len > 0;
        if (more) id = ask(handle, argv[2], &cookie);
        for (LDAPMessage *each = ldap_first_entry(handle, all); each; each = ldap_next_entry(handle, each)) {
            struct berval dn, name, *values, uuid = {0, NULL}, shown = {0, NULL};
            BerElement *ber = NULL;
            uint64_t digest = 99;
            struct berval found[64];
            int count = 0, is_group = 0;
            CHECK(ldap_get_dn_ber(handle, each, &ber, &dn) == LDAP_SUCCESS);
            if (id_count == id_room) {
                id_room = id_room ? id_room * 2 : 1 << 16;
                ids = realloc(ids, id_room * sizeof *ids);
            }
            while (ldap_get_attribute_ber(handle, each, ber, &name, &values) == LDAP_SUCCESS && name.bv_val) {
                for (int index = 0; values && values[index].bv_val; index++) {
                    struct berval value = values[index];
                    digest = hash(digest, value.bv_val, value.bv_len, 0);
                    if (name.bv_len == 9 && name.bv_val[0] == 'e') uuid = value;
                    else if (name.bv_len == 4 && count < 64) found[count++] = value;
                    else if (name.bv_len == 14 && count < 64) { found[count] = value; found[count].bv_val += 5; found[count++].bv_len -= 5; }
                    else if (name.bv_len == 11 && name.bv_val[0] == 'd') shown = value;
                    else if (name.bv_len == 6) {
                        is_group = 1;
                        if (edge_count == edge_room) {
                            edge_room = edge_room ? edge_room * 2 : 1 << 16;
                            edges = realloc(edges, edge_room * sizeof *edges);
                        }
                        edges[edge_count++] = (Edge){id_count, hash(3, value.bv_val, value.bv_len, 1)};
                    }
                }
                ber_memfree(values);
            }
            ber_free(ber, 0);
            CHECK(uuid.bv_len == 36);
            memcpy(ids[id_count], uuid.bv_val, 36);
            uint64_t key = hash(3, dn.bv_val, dn.bv_len, 1);
            Slot *place = slot(names, key);
            place->key = key;
            place->id = id_count++;
            entries++;
            addresses += (size_t)count;
            key = hash(7, uuid.bv_val, uuid.bv_len, 0);
            Slot *before = slot(known, key);
            if (before->key && before->value == digest) continue;
            written++;
            sqlite3_bind_text(object, 1, uuid.bv_val, 36, SQLITE_STATIC);
            sqlite3_bind_int64(object, 2, (sqlite3_int64)digest);
            sqlite3_bind_text(object, 3, dn.bv_val, (int)dn.bv_len, SQLITE_STATIC);
            sqlite3_bind_text(object, 4, shown.bv_val, (int)shown.bv_len, SQLITE_STATIC);
            step(object);
            for (int index = 0; index < count; index++) {
                sqlite3_bind_text(address, 1, found[index].bv_val, (int)found[index].bv_len, SQLITE_STATIC);
                sqlite3_bind_text(address, 2, uuid.bv_val, 36, SQLITE_STATIC);
                step(address);
            }
            (void)is_group;
        }
        /* Bindings point into what is freed now; the next row binds anew before it steps. */
        ldap_msgfree(all);
    }
    size_t resolved = 0;
    for (size_t index = 0; index < edge_count; index++) {
        Slot *member = slot(names, edges[index].member);
        if (!member->key) continue;
        resolved++;
        if (!written) continue;
        sqlite3_bind_text(edge, 1, ids[edges[index].group], 36, SQLITE_STATIC);
        sqlite3_bind_text(edge, 2, ids[member->id], 36, SQLITE_STATIC);
        step(edge);
    }
    CHECK(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    printf("%zu %zu %zu %zu\n", entries, addresses, resolved, written);
    ldap_unbind_ext(handle, NULL, NULL);
    return 0;
}
