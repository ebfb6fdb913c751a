"""The demonstration city 云溪市: nobody real, every step taken through the services that a real city uses.

``loading`` runs the story; ``city`` holds who and when; the texts stand in ``fixtures/demonstration``.
"""
