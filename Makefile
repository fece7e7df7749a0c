# `make run` and `make test` are all that one needs; the rest is for packagers and people who work on Rollcall.

PREFIX  ?= /usr/local
DESTDIR ?=
SERVE   ?= 1
VERSION  = $(shell sed -n 's/.*text = "\(.*\)"/\1/p' Sources/RollcallCommands/Root/Version.swift)

PACKAGES_BUILD = libsqlite3-dev libidn2-dev libcurl4-openssl-dev libssl-dev libldap2-dev libxxhash-dev liblmdb-dev pkg-config \
                 binutils gcc libc6-dev tzdata ca-certificates
PACKAGES_TEST  = $(PACKAGES_BUILD) clang abigail-tools python3 openssl chromium \
                 chromium-driver fonts-dejavu-core python3-pip python3-venv $(PACKAGES_LDAP) $(PACKAGES_MAIL) \
                 $(PACKAGES_DEB)
# The package is built, judged, and taken through its life in a fresh Debian; the unit is judged by systemd itself.
PACKAGES_DEB   = dpkg-dev binutils lintian mmdebstrap systemd libseccomp2 curl
# Directory servers, which the tests start on the loopback and stop again: OpenLDAP, Samba's domain controller, 389-ds.
PACKAGES_LDAP  = slapd ldap-utils samba-ad-dc samba-ad-provision samba-dsdb-modules python3-samba ldb-tools \
                 389-ds-base libnss3-tools
# Mail servers and their tools, which the tests run with a configuration of their own.
PACKAGES_MAIL  = postfix postfix-lmdb postfix-cdb lmdb-utils tinycdb rspamd libnss-wrapper libidn12 libnsl2 libgnutls-dane0 \
                 libdb5.3 libevent-2.1-7 nodejs curl

SWIFT   ?= swift
RELEASE  = -c release --static-swift-stdlib
BUILT    = .build/release
SOURCES  = Sources Plugins Tests Package.swift
# Connectors of the house: NAME of Plugins/NAME/NAME.json, product rollcall-NAME.
CONNECTORS = generic ldap o365

STAGE = $(CURDIR)/.build-run
SHELL = /bin/bash
.SHELLFLAGS = -o pipefail -ec
.PHONY: all build run test lint format bench install clean swift packages-build packages-test

all: build

swift:
	@command -v $(SWIFT) >/dev/null || { echo "Swift 6.3.1 is needed: https://www.swift.org/install/linux" >&2; exit 1; }

packages-build:
	@.ci/packages $(PACKAGES_BUILD)

packages-test:
	@.ci/packages $(PACKAGES_TEST)

build: swift packages-build
	$(SWIFT) build $(RELEASE) --product rollcall
	@for c in $(CONNECTORS); do $(SWIFT) build -c release --product rollcall-$$c; done

# The main job on the bundled example directory, in a folder of its own that git ignores.
run: build
	@$(MAKE) --no-print-directory install-files PREFIX=$(STAGE)/prefix DESTDIR= >/dev/null
	@SERVE=$(SERVE) conf/examples/run $(STAGE)

test: swift packages-test lint
	@python3 -B -m unittest discover -q -s Tests/Benchmarks
	@.ci/web-tools $(STAGE)/web-tools
	@.ci/mail-tools $(STAGE)/mail-tools
	$(SWIFT) build --build-tests
	@mkdir -p $(STAGE)
	@$(SWIFT) test --skip-build 2>&1 | tee $(STAGE)/test.log
	@.ci/counts $(STAGE)/test.log

lint:
	@$(SWIFT) format lint --strict --recursive $(SOURCES)

format:
	@$(SWIFT) format --in-place --recursive $(SOURCES)

bench: build
	@.ci/packages python3 slapd ldap-utils gcc libldap2-dev libsqlite3-dev postfix postfix-lmdb postfix-sqlite
	@python3 Tests/Benchmarks/bench.py --prefix $(STAGE)/prefix $(BENCH)
	@python3 Tests/Benchmarks/bench_ldap.py --prefix $(STAGE)/prefix $(BENCH_LDAP)
	@python3 Tests/Benchmarks/bench_o365.py --prefix $(STAGE)/prefix $(BENCH_O365)
	@python3 Tests/Benchmarks/bench_gateway.py --prefix $(STAGE)/prefix $(BENCH_GATEWAY)

bench: bench-stage
bench-stage: build
	@$(MAKE) --no-print-directory install-files PREFIX=$(STAGE)/prefix DESTDIR= >/dev/null
.PHONY: bench-stage

install: build install-files

# Without building: what `install` and `run` put in place.
.PHONY: install-files
install-files:
	install -d -m 755 $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/rollcall/connectors $(DESTDIR)$(PREFIX)/include \
	    $(DESTDIR)$(PREFIX)/etc/rollcall $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5 \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d $(DESTDIR)$(PREFIX)/share/doc/rollcall
	install -s -m 755 $(BUILT)/rollcall $(DESTDIR)$(PREFIX)/bin/rollcall.new
	mv -f $(DESTDIR)$(PREFIX)/bin/rollcall.new $(DESTDIR)$(PREFIX)/bin/rollcall
	for c in $(CONNECTORS); do .ci/install-connector $(BUILT)/librollcall-$$c.so Plugins/*/$$c.json \
	    $(DESTDIR)$(PREFIX)/lib/rollcall/connectors; done
	install -d -m 755 $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/lib/sysusers.d $(DESTDIR)$(PREFIX)/lib/tmpfiles.d
	sed 's#@PREFIX@#$(PREFIX)#' conf/rollcall.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/rollcall.service
	chmod 644 $(DESTDIR)$(PREFIX)/lib/systemd/system/rollcall.service
	install -m 644 conf/rollcall.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/rollcall.conf
	install -m 644 conf/rollcall.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/rollcall.conf
	install -m 644 Sources/CRollcall/include/rollcall_*.h $(DESTDIR)$(PREFIX)/include
	test -e $(DESTDIR)$(PREFIX)/etc/rollcall/rollcall.yaml \
	    || install -m 644 conf/rollcall.yaml $(DESTDIR)$(PREFIX)/etc/rollcall/rollcall.yaml
	install -m 644 conf/postfix/main.cf $(DESTDIR)$(PREFIX)/share/doc/rollcall/postfix-main.cf
	install -m 644 conf/rollcall.yaml README.md LICENSE $(DESTDIR)$(PREFIX)/share/doc/rollcall
	rm -rf $(STAGE)/man && mkdir -p $(STAGE)/man && $(BUILT)/rollcall manual $(STAGE)/man
	install -m 644 $(STAGE)/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(STAGE)/man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5
	umask 022; \
	$(BUILT)/rollcall --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/rollcall; \
	$(BUILT)/rollcall --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_rollcall; \
	$(BUILT)/rollcall --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/rollcall.fish

# A Debian package of the release build, in .build-run.
.PHONY: deb
deb: build
	@.ci/packages $(PACKAGES_DEB)
	@.ci/package-deb $(BUILT) $(VERSION) $(STAGE)/rollcall_$(VERSION)_$$(dpkg --print-architecture).deb
	@lintian --fail-on error $(STAGE)/rollcall_$(VERSION)_$$(dpkg --print-architecture).deb
	@ls $(STAGE)/rollcall_$(VERSION)_*.deb

clean:
	rm -rf .build .build-run
