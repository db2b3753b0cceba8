from fixtures.core.clause import Level, clause, clause_of, faults_of


def made(id="CHAT-001", level=Level.MUST, doc="It MUST.", needs=()):
    def test():
        pass

    test.__doc__ = doc
    return clause_of(clause(id, "t", level=level, needs=needs)(test))


def test_requirement_is_the_first_paragraph():
    """The requirement is the docstring's first paragraph, on one line."""
    assert made(doc="It MUST\n    work.\n\n    Why: because.").requirement == "It MUST work."


def test_whole_specification_has_no_faults():
    """A sound clause has no fault."""
    assert faults_of([("n", made())]) == []


def test_every_fault_is_named_at_once():
    """Missing clause, bad id, duplicate, silent level and unknown need are all reported together."""
    faults = faults_of(
        [
            ("a", None),
            ("b", made(id="chat1")),
            ("c", made()),
            ("d", made()),
            ("e", made(id="CHAT-002", doc="It is nice.")),
            ("f", made(id="CHAT-003", needs=["NOPE-001"])),
            ("g", made(id="CHAT-004", level=Level.OBSERVE)),
        ]
    )
    assert len(faults) == 6
    text = "\n".join(faults)
    for word in ("no @clause", "bad id 'chat1'", "already used by c", "does not say MUST", "NOPE-001", "OBSERVE"):
        assert word in text
