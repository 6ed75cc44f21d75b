from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "portal.content"
    label = "content"
    verbose_name = "Nội dung"

    def ready(self) -> None:
        from portal.content import information, told_to_many
        from zalo.broadcasts import editions, sources
        from zalo.chat import support

        support.lead_also_to(information.of_the_province)
        editions.publish_by(told_to_many.publish)
        for source in (told_to_many.of_pieces, told_to_many.of_catalogue):
            if source not in sources.SOURCES:
                sources.SOURCES.append(source)
