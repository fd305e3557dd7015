"""A statement, keys and signatures over it, made once with the Python package `cryptography`.

The private keys were thrown away.
"""

STATEMENT = (
    '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"shop.tar","digest'
    '":{"sha256":"d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1"}}'
    '],"predicateType":"https://slsa.dev/verification_summary/v1","predicate":{"verif'
    'ier":{"id":"https://verifier.example/v1"},"timeVerified":"2026-03-01T10:00:00Z",'
    '"resourceUri":"pkg:generic/shop","policy":{"uri":"https://verifier.example/polic'
    'y"},"verificationResult":"PASSED","verifiedLevels":["SLSA_BUILD_LEVEL_3"]}}'
)

KEYS = {
    "ed25519": """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAaNhKm36B047nWx9kDIEJAwntR4aB0jr9VcnWIaZjL2E=
-----END PUBLIC KEY-----
""",
    "p256": """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEl0G0S7Ld4MD1voMHay4oG/PugJDB
T5YmdllRBaLZ3hZ8eLEDuyVO6361d+PvImUQBV9gYojTG6c/rsjSu56t1Q==
-----END PUBLIC KEY-----
""",
    "p384": """-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAERkUjaCw+KV06iYZB0aBb9uSwDb5nqc/S
zc1QxE88OewKsweDS3zuNY64Z7Y2E7DhdL3m6nTFRSgSDj+ziyBTXxY94Mm6sk8I
RLEedOoKM/VFhMPK76pAAHtqHrSR2GSO
-----END PUBLIC KEY-----
""",
    "rsa": """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq+upfUBYFPRYJ5PmW7S/
brb1eWNax8nyD7F4EBpI5WuqCVJMLJQjQLBXVHhXJVQuNVaL5BaLsPFDJ03HVtQW
grW7vNBN2qXqLkHEeq0l7N1Kp4QBbk7ZIwUQfVE8Cwzz+BcvBSul19WDNSQsEkoT
Q056XHu30XRFWOLhwuRp87wl9uNOfqtbXj4jZ9xpwgbBG/K01wQbyAPGYq3fgsMy
sWRYUgc2ecV+wJYy/EUFhHKVDlNrAHk+zYBvRli/0DmZBZ3b4DHLMCb35iBAoCXK
cO3wuUF8dY5YTfmVBFGYWrNwUo/+XsQjGymepd0mmubxPSBNcTs3RVODY8QIYHPe
8QIDAQAB
-----END PUBLIC KEY-----
""",
    "other": """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAuT8dNTAK5hkBh4WwPXehDcnWXkc46e9LE3Qa3hG6axs=
-----END PUBLIC KEY-----
""",
    "weak-rsa": """-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCrd4zsBoK39Ge6td8URuNE3avi
y4UMIseqMQJ97E7tiCyH7k6IxKuR6uDvO6HOO16bFysWNzgFK1LVI7iqYr8Y+90t
rXG3t8XBLe+sLVW36LA6TzFMMNYjotnuXPxKP5K3FVYUSYg0/PMQTVZMu8N3h3Tx
dMQ50ToKS8XOKQdg0QIDAQAB
-----END PUBLIC KEY-----
""",
}

SIGNATURES = {
    "ed25519": (
        "5o5ZSYdgD8K0CLMFi/f9mV1bMz6sSPqAW4fjYMXPjn/UYj3JOm2P//j4stbzfDey6fZX9RH26kR9owpDsO11Bg=="
    ),
    "p256": (
        "MEQCIBy6u3Jct+BaCjRGu11UPL0+MiACrdbSFKXf1zOvchkKAiAETvWgFMVRIzZP+3BS0UclscmW6gZK"
        "1D7dxZHgydrj+Q=="
    ),
    "p384": (
        "MGQCMGqrDqT3nURiJwDkvWvk7Rmb+/jA+7URJabFWTwDlYWFghkre6cNk9j88UPprs9OeQIwEuZvGCS0"
        "WGKCrHXfdPC/Z9iFMaMKWSK77AdkDGgKPYtkwebslZMBXxeMQeDkphf7"
    ),
    "rsa": (
        "jpEVphaalBQIL/ErEDNsjXYYdMNEDRneAsL0LyEykHUl6qqE7nt/oZL0bwtLTX/hiOVSwFli/UPrJf4s"
        "EZljsDRTYx0LGnDZnRofWw3HTVlYTYr8P6H877KUaNuokkwrXgaNlzznNATdfVpuw+yhIAoGPgRffhuz"
        "solqG652PTWnvzQtKtjxk0Rd5GK/HnNaOQmwRcnUwMX51II0BbLFo2ATnh9/BwVW6AC06tRuHlah8rfC"
        "QO63lZajC+jf7KUnokn+LSaPmDLFvJO/Wh4DxnymrqBtJ8YBiRbUepqtppJ6xDCvH/J4liGnGDk1DdiD"
        "gS2TBQ5ORKyOjIPdwwM9lw=="
    ),
    "rsa-pss": (
        "jvcg50eTn2pH4z13B3qm2zWf5RZhaGCscDLKJOiV3XjoVY1uGGU/c51vWTmoFpxQWvLxtTvEoiaXAHNf"
        "9R5OUezJ9dHByE0cw+5/9SxBM9VwosQkxMtz09aoIlGDYnasYFHDdDdK5Xe+ClTDUUPjAU38uxIIt1EA"
        "EINEL/FJ+r1YYoN+QA/GDjSngILDta34pFPWTqL/1kFTu8Ku11+wYaEzHl8YS/5RWNjMBx74UQo1P+LC"
        "3I1sNLJ8s09nMXSrCpwceMK2Lg0jdwi1IOLllhZlW09jUoVVLoY5SER8+PgqBB8I0/8pqWK2LrUm8beH"
        "ZHCUT1LlsIKDbYW2JpenXw=="
    ),
}
