/// The files of a new connector in C: the template of the sources (Plugins/Template-C), with the names filled in.
enum CTemplate {
    static let files: [(String, String)] = [
        ("@STEM@.c", source), ("@ID@.json", manifest), ("Makefile", makefile), ("people.txt", people),
        ("README.md", readme),
    ]

    /// Plugins/Template-C/template.c with its own names marked.
    static let source: String = {
        var text = String(decoding: PackageResources.template_c, as: UTF8.self)
        let marks = [
            ("org.example.template", "@ID@"), ("Template Sync", "@TITLE@ Sync"), ("template.c", "@STEM@.c"),
            ("template_", "@STEM@_"),
        ]
        for (word, mark) in marks {
            text = text.split(separator: word, omittingEmptySubsequences: false).joined(separator: mark)
        }
        return text
    }()

    static let manifest = #"""
        {
          "id": "@ID@",
          "name": "@TITLE@",
          "version": "1.0.0",
          "publisher": "",
          "licence": "",
          "abi": "1.0",
          "library": "@ID@.so",
          "needs": [],
          "consentHosts": []
        }

        """#

    static let makefile = #"""
        # INCLUDE: where rollcall_connector.h is.
        INCLUDE ?= @INCLUDE@
        ROLLCALL ?= rollcall

        @ID@.so: @STEM@.c
        	$(CC) -std=c11 -Wall -Wextra -pedantic -O2 -fPIC -shared -fvisibility=hidden -I$(INCLUDE) -o $@ $<

        check: @ID@.so people.txt
        	$(ROLLCALL) connector check $(CURDIR)/@ID@.so --set path=$(CURDIR)/people.txt

        try: @ID@.so people.txt
        	$(ROLLCALL) connector try $(CURDIR)/@ID@.so --set path=$(CURDIR)/people.txt

        clean:
        	rm -f @ID@.so

        .PHONY: check try clean

        """#

    static let people = #"""
        1,anna@example.com,Anna Example
        2,bert@example.com,Bert Example

        """#

    static let readme = #"""
        # @TITLE@: a connector for Rollcall

        `make` builds the library, `make check` runs Rollcall's conformance kit on it, `make try` reads the sample file and
        prints each record as a line of JSON. To use it, put `@ID@.so` and `@ID@.json` into a directory of `connectors.path`;
        `rollcall connector list` shows it then. The comments in `rollcall_connector.h` are the manual.

        """#
}
