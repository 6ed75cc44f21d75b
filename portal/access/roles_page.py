"""The page that says who may do what: drawn from the one table of roles, nothing is written twice."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Permission
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.desk import roles

VERBS = {"add": "thêm", "change": "sửa", "view": "xem", "delete": "xóa"}


EVERYWHERE = "dossiers.search_all_agencies"


def roles_inside(name: str) -> list[str]:
    """Return the roles whose every right this one has too."""
    own = set(roles.expanded(roles.ROLES[name]))
    return [other for other, rights in roles.ROLES.items() if other != name and set(roles.expanded(rights)) <= own]


def words_of(permission: Permission) -> str:
    """Return what a permission allows, in words: "xem hồ sơ"."""
    verb, _, rest = permission.codename.partition("_")
    model = permission.content_type.model_class()
    if model is None or rest != permission.content_type.model or verb not in VERBS:
        return permission.name
    return f"{VERBS[verb]} {model._meta.verbose_name}"


@require_GET
def view(request):
    """Show each role with what it is for, what it may do by subject, who gives it; one's own are marked."""
    known = {
        f"{each.content_type.app_label}.{each.codename}": each
        for each in Permission.objects.select_related("content_type")
    }
    own = set(request.user.groups.values_list("name", flat=True))
    listed = []
    for name, rights in roles.ROLES.items():
        subjects = {}
        for right in sorted(set(roles.expanded(rights))):
            permission = known.get(right)
            if permission is not None:
                model = permission.content_type.model_class()
                subject = str(model._meta.app_config.verbose_name) if model else ""
                subjects.setdefault(subject, []).append(words_of(permission))
        listed.append(
            {
                "name": name,
                "meant": roles.MEANT_FOR.get(name, ""),
                "own": name in own,
                "second": name in roles.SECOND_FACTOR,
                "givers": [role for role, may in roles.MAY_GIVE.items() if name in may],
                "everywhere": EVERYWHERE in rights,
                "holds": roles_inside(name),
                "subjects": subjects,
            }
        )
    context = {**admin.site.each_context(request), "title": "Ai được làm gì", "is_fullwidth": "1", "roles": listed}
    return render(request, "access/roles.html", context)
