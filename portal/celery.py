"""The Celery application and the beat schedule: the only place besides tasks.py modules that knows Celery."""

import os

from celery import Celery
from celery.schedules import crontab

from portal import embedded_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

embedded_broker.register()
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

BEAT_SCHEDULE: dict[str, dict] = {
    "sweep-deadlines": {"task": "dossiers.tasks.sweep_deadlines", "schedule": crontab(minute="*/30")},
    "mail-reminders": {"task": "dossiers.tasks.mail_reminders", "schedule": crontab(hour=7, minute=15)},
    "remind-uncollected": {"task": "dossiers.tasks.remind_uncollected", "schedule": crontab(hour=9, minute=10)},
    "mail-alarms": {"task": "feedback.tasks.mail_alarms", "schedule": 60.0, "options": {"expires": 55}},
    "mail-danger": {"task": "zalo.tasks.mail_danger", "schedule": 60.0, "options": {"expires": 55}},
    "sweep-cases": {"task": "feedback.tasks.sweep_cases", "schedule": crontab(minute="15,45")},
    "datasets-load": {"task": "portal.datasets.tasks.load_waiting", "schedule": 60.0, "options": {"expires": 55}},
    "datasets-sweep": {"task": "portal.datasets.tasks.sweep", "schedule": crontab(hour=0, minute=20)},
    "figures-count": {"task": "portal.reporting.tasks.count_figures", "schedule": crontab(minute="*/10")},
    "figures-compare": {"task": "portal.reporting.tasks.compare_figures", "schedule": crontab(hour=4, minute=15)},
    "submission-forget": {"task": "portal.submission.tasks.forget_drafts", "schedule": crontab(hour=3, minute=25)},
    "transfer-forget": {"task": "portal.transfer.tasks.forget_files", "schedule": crontab(hour=3, minute=45)},
    "audit-seal": {"task": "portal.audit.tasks.seal_days", "schedule": crontab(hour="2,5", minute=35)},
    "measure-pace": {"task": "dossiers.tasks.measure_pace", "schedule": crontab(hour=2, minute=40)},
    "read-papers-again": {"task": "dossiers.tasks.read_papers_again", "schedule": crontab(hour=1, minute=50)},
    "forget-search-choices": {
        "task": "dossiers.tasks.forget_search_choices",
        "schedule": crontab(hour=3, minute=20),
    },
    "print-funnel": {"task": "portal.print_studio.tasks.count_funnel", "schedule": crontab(minute=25)},
    "print-funnel-again": {
        "task": "portal.print_studio.tasks.count_funnel_again",
        "schedule": crontab(hour=2, minute=10),
    },
    "pick-up-long-acts": {"task": "dossiers.tasks.pick_up_long_acts", "schedule": 60.0, "options": {"expires": 55}},
    "tasks-remind": {"task": "portal.correspondence.tasks.remind", "schedule": crontab(hour=7, minute=25)},
    "units-urge": {"task": "portal.correspondence.tasks.urge", "schedule": crontab(hour=7, minute=50)},
    "api-tell": {"task": "portal.api.tasks.tell", "schedule": 5.0, "options": {"expires": 15}},
    "api-forget": {"task": "portal.api.tasks.forget", "schedule": crontab(hour=3, minute=5)},
    "content-hours": {"task": "portal.content.tasks.keep_hours", "schedule": 60.0, "options": {"expires": 55}},
    # The channel: messages leave at a kick after each commit; the drain makes the kick unnecessary for correctness.
    "zalo-drain": {"task": "zalo.tasks.drain", "schedule": 5.0, "options": {"expires": 15}},
    "zalo-rescue": {"task": "zalo.tasks.rescue", "schedule": 5.0, "options": {"expires": 20}},
    "zalo-broadcasts": {"task": "zalo.tasks.send_broadcasts", "schedule": 5.0, "options": {"expires": 15}},
    "zalo-prepare-broadcasts": {"task": "zalo.tasks.prepare_broadcasts", "schedule": crontab(minute=10)},
    "zalo-refresh-tokens": {"task": "zalo.tasks.refresh_tokens", "schedule": crontab(minute="*/10")},
    "zalo-sync-templates": {"task": "zalo.tasks.sync_templates", "schedule": crontab(minute=20)},
    "zalo-check-accounts": {"task": "zalo.tasks.check_accounts", "schedule": crontab(minute="5,35")},
    "zalo-reconcile-events": {"task": "zalo.tasks.reconcile_events", "schedule": crontab(minute=50)},
    "zalo-remind-untold": {"task": "zalo.tasks.remind_untold", "schedule": crontab(hour=7, minute=40)},
    "zalo-handle-events": {"task": "zalo.tasks.handle_events", "schedule": 5.0, "options": {"expires": 15}},
    "zalo-fetch": {"task": "zalo.tasks.fetch_from_zalo", "schedule": 60.0, "options": {"expires": 60}},
    "zalo-rescue-events": {"task": "zalo.tasks.rescue_events", "schedule": 60.0, "options": {"expires": 60}},
    "zalo-sweep-events": {"task": "zalo.tasks.sweep_events", "schedule": crontab(hour=3, minute=40)},
    "zalo-retention": {"task": "zalo.tasks.sweep_retention", "schedule": crontab(hour=3, minute=10)},
}
app.conf.beat_schedule = BEAT_SCHEDULE
