"""Gateways and hosts in network namespaces: what the demonstration, the lab and the interop tests
share. Plain standard library; needs root, iproute2, tcpdump, tshark and ethtool.

    with Session() as session:
        site = FourHosts(session)
        gateway = session.enter_context(Gateway(site.gw_a, folder))
        ...

Whatever happens inside, a signal too, all that was made is gone when the `with` ends.
"""
