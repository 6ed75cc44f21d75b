"""How the simulated Zalo says no: the documented code with HTTP 200, and the texts that go with it."""


class Refusal(Exception):
    """A documented error: ``{"error": code, "message": text}`` with HTTP 200."""

    def __init__(self, code: int, text: str = "") -> None:
        self.code = code
        self.text = text or TEXTS.get(code, "Unknown error")
        super().__init__(f"{self.code} {self.text}")


def invalid(field: str) -> Refusal:
    """-201 naming the offending field."""
    return Refusal(-201, f"{field} is invalid")


TEXTS = {
    -32: "Your application reached limit call api",
    -100: "attachment_id was expired",
    -108: "Phone number is invalid",
    -109: "Template id is invalid",
    -111: "Template data is empty",
    -112: "Template data is not defined",
    -114: "User cannot receive this message",
    -115: "Out of ZNS quota",
    -117: "App does not have permission to use this template",
    -118: "Zalo account not existed or was deactivated",
    -119: "Account cannot receive message",
    -120: "OA does not have permission to use this feature",
    -121: "Body request is empty",
    -122: "Body format is invalid",
    -124: "Access token is invalid",
    -125: "OA ID is invalid",
    -127: "Test template can only be sent to admin",
    -131: "Template was not approved",
    -132: "Parameter is invalid",
    -133: "This template cannot be sent at night (from 22h-6h)",
    -135: "OA does not have permission to send ZNS (not verified or free package)",
    -139: "User has refused to receive this type of message",
    -140: "User is not eligible to receive this message",
    -141: "User has refused to receive messages from this OA",
    -144: "OA exceeded daily quota",
    -146: "Template was disabled due to low quality",
    -147: "Template exceeded daily limit",
    -200: "Send message failed",
    -204: "Official Account has been disabled",
    -205: "Official Account does not exist",
    -210: "Parameter exceeds the limit",
    -211: "Out of quota",
    -213: "User has not followed the Official Account",
    -214: "Article is being processed",
    -216: "Access token is invalid",
    -217: "User has blocked invitation from the Official Account",
    -218: "Out of quota for this receiver",
    -219: "Application has been removed or disabled",
    -220: "Access token has expired or been removed",
    -223: "Official Account has not authorised this API",
    -224: "Official Account must upgrade its package to use this feature",
    -227: "User is banned or has been inactive for more than 45 days",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not interacted with the OA or the interaction has expired",
    -233: "Message type is not supported or has been discontinued",
    -234: "This message type cannot be sent at night (from 22h-6h)",
    -240: "MessageV2 API has been shut down, please switch to MessageV3",
    -244: "User has restricted this type of message from the OA",
    -249: "Template is not supported for sending by UID",
    -320: "ZBS account is not linked",
    -321: "ZBS account is out of money",
}
