"""This machine's disk and keyring: paths, settings, secrets, logs. Secrets go to the keyring and nowhere else."""
