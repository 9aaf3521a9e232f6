"""Fields of forms in the site's look."""

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def styled(field: BoundField) -> SafeString:
    """Return a field's widget with the class of our fields; boxes to tick stay as they are."""
    if isinstance(field.field.widget, CheckboxInput):
        return field.as_widget()
    return field.as_widget(attrs={"class": "field"})


@register.filter
def is_box(field: BoundField) -> bool:
    """Tell whether a field is a box to tick, whose label comes after it."""
    return isinstance(field.field.widget, CheckboxInput)
