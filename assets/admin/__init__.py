"""The editors' admin."""

from django.contrib import admin

from assets.admin import jobs, pictures, presets  # noqa: F401  # they register themselves

admin.site.site_header = admin.site.site_title = "imagehub"
admin.site.index_title = "Pictures and presets"
