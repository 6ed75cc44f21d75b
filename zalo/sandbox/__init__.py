"""A simulated Zalo for rehearsals, demonstrations and tests: a separate HTTP process on loopback.

It answers as the Zalo Official Account OpenAPI is documented to answer, sends signed webhooks, and serves a simulated
phone. It shares no code with the portal's client or signature verifier, so that each can catch the other's mistakes.
Run it with ``python -m zalo.sandbox``; it needs aiohttp and nothing of Django.
"""
