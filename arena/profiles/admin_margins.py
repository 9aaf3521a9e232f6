"""Margins in the administration: uploaded, looked at, put in use and taken out of it; never edited."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from arena.profiles.margins.tables import MOST_CHARS, OR, MarginsError, MarginTable, read_margin_tables
from arena.profiles.models import Margins
from arena.profiles.services.margins import check_margins, stop_using_margins, use_margins


class MarginsForm(forms.ModelForm):
    """An upload. What is wrong with the file is said beside it."""

    file = forms.FileField(
        label=_("CSV file"),
        max_length=200,
        help_text=_(
            "A column for each field of the survey, such as age and gender, and a last one with “count” or “share”. A "
            "row is a group; a|b stands for either of two answers. Rows that leave a field empty make a table of the "
            "others. Nothing is in use before you say so."
        ),
    )

    class Meta:
        model = Margins
        fields = ("title", "slug", "source", "among_field", "among_value")

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        upload = self.cleaned_data.get("file")
        if upload is None:
            return cleaned
        try:
            self.instance.text = upload.read(4 * MOST_CHARS).decode("utf-8-sig")
            self.instance.among_field = str(cleaned.get("among_field", ""))
            check_margins(self.instance)
        except UnicodeDecodeError:
            self.add_error("file", _("This is not a text in UTF-8. Save the table as CSV, not as a spreadsheet."))
        except MarginsError as error:
            self.add_error("file", str(error))
        return cleaned


@admin.register(Margins)
class MarginsAdmin(ModelAdmin):
    form = MarginsForm
    list_display = ("title", "slug", "among_value", "in_use_since")
    search_fields = ("title", "slug")
    actions = ("use", "stop_using")

    def get_fields(self, request: HttpRequest, obj: Margins | None = None) -> tuple[str, ...]:
        whose = ("title", "slug", "source", "among_field", "among_value")
        return (*whose, "in_use_since", "groups") if obj else (*whose, "file")

    def get_readonly_fields(self, request: HttpRequest, obj: Margins | None = None) -> tuple[str, ...]:
        return self.get_fields(request, obj) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Margins | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Margins | None = None) -> bool:
        return obj is not None and obj.in_use_since is None and super().has_delete_permission(request, obj)

    @admin.display(description=_("groups"))
    def groups(self, obj: Margins) -> SafeString:
        """The preview: each group with its share."""
        return format_html_join("", "{}", ((_as_table(table),) for table in read_margin_tables(obj.text)))

    @admin.action(description=_("Use: boards are weighted to these margins"), permissions=["change"])
    def use(self, request: HttpRequest, queryset: QuerySet[Margins]) -> None:
        for margins in queryset:
            try:
                use_margins(margins=margins)
            except MarginsError as error:
                self.message_user(request, f"{margins}: {error}", messages.ERROR)
            else:
                self.log_change(request, margins, "Put in use.")
                self.message_user(request, _("%(margins)s: in use.") % {"margins": margins})

    @admin.action(description=_("Stop using; they can be used again"), permissions=["change"])
    def stop_using(self, request: HttpRequest, queryset: QuerySet[Margins]) -> None:
        for margins in queryset:
            stop_using_margins(margins=margins)
            self.log_change(request, margins, "Taken out of use.")
            self.message_user(request, _("%(margins)s: not in use any more.") % {"margins": margins})


def _as_table(table: MarginTable) -> SafeString:
    head = format_html_join("", "<th>{}</th>", ((name,) for name in (*table.fields, _("share"))))
    rows = format_html_join(
        "",
        "<tr>{}</tr>",
        (
            (
                format_html_join(
                    "",
                    "<td>{}</td>",
                    ((text,) for text in (*(OR.join(among) for among in cell), f"{100 * count / table.total:.2f} %")),
                ),
            )
            for cell, count in table.cells.items()
        ),
    )
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, rows)
