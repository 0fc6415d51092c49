"""The organisation that runs this instance, for what bears its name: pages that are open, mails, documents."""

from email.utils import formataddr, parseaddr

from django.conf import settings

from efc_platform.backstage.models import Organisation
from efc_platform.shared.once import once


def this_organisation() -> Organisation:
    """As it presents itself, or as the environment named it as long as nobody wrote anything; read once a page."""
    return once("organisation", _read)


def _read() -> Organisation:
    found = Organisation.objects.select_related("logo").filter(pk=Organisation.ONLY).first()
    return found or Organisation(
        pk=Organisation.ONLY, version=0, name=settings.PUBLISHER_NAME, contact=settings.PUBLISHER_CONTACT
    )


def sender() -> tuple[str, list[str]]:
    """From whom mails come and where one answers. The address stays the installation's: a server that sends for
    another domain than its own is taken for a forger (SPF, DMARC)."""
    organisation = this_organisation()
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    named = formataddr((organisation.sender_name or name, address))
    return named, [organisation.reply_to] if organisation.reply_to else []
