"""What must be so of a soak, and how it is shown."""

MOST_GROWTH = 2048  # KiB, of each daemon, from the time it is warm
# What packets may be refused for that were damaged, came twice or late, or were of an SA that is no
# more. Damage behind the headers may hit SPI and number too.
EXPECTED_DROPS = {"bad_icv", "replay_duplicate", "replay_too_old", "unknown_spi"}


def faults_of(report):
    """Sentences about what must not be."""
    datagrams, drops, faults = report["datagrams"], report["drops"], report["faults"]
    pings, streams = report["pings"], report["streams"]
    strange = set(drops) - EXPECTED_DROPS
    checks = (
        (datagrams["wrong"] == 0, "datagrams arrived wrong"),
        (datagrams["twice"] == 0, "datagrams arrived twice"),
        (datagrams["came"] > 0.8 * datagrams["sent"], "too few datagrams arrived"),
        (datagrams["least_of_a_flow"] > 0, "a flow stood still"),
        (pings["answered"] > 0.8 * pings["sent"], "too few pings were answered"),
        (streams["broken"] == 0 and streams["whole"] > 0, "streams broke"),
        (report["clear_frames"] == 0, "clear packets were on the wire"),
        (faults["marked"] == 0, "what datagrams say could be read on the wire"),
        (is_near(drops.get("bad_icv", 0), faults["damaged"]),
         "not as many packets were refused for their ICV as were damaged"),
        (is_near(drops.get("replay_duplicate", 0), faults["repeated"]),
         "not as many packets were refused for their number as came twice"),
        (not strange, f"packets were refused as {', '.join(sorted(strange))}"),
        (all(report["renewals"].values()), "SAs were not renewed"),
        (report["reloads"] > 0, "nothing was reloaded"),
        (len(report["growth_in_KiB"]) == 2, "memory was not watched"),
        (all(growth < MOST_GROWTH for growth in report["growth_in_KiB"].values()), "memory grew"),
        (report["answers_at_the_end"] == [3, 3], "the tunnels did not carry at the end"),
    )
    return [what for is_good, what in checks if not is_good]


def is_near(refused, made):
    """Some of both kinds were of IKE, and of one kind as well as of the other."""
    return 0 < 0.9 * made < refused < 1.1 * made


def table(report):
    lines = []
    for name, value in report.items():
        if name == "failed":
            continue
        if isinstance(value, dict):
            value = "  ".join(f"{part} {count}" for part, count in value.items())
        lines.append(f"{name.replace('_', ' '):20} {value}")
    return "\n".join(lines)
