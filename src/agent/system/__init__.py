"""The machine itself: packages, accounts, files of ours, firewall, sshd; and the hypervisor that makes machines."""
