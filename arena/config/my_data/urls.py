from django.urls import path

from arena.config.my_data import page

urlpatterns = [
    path("", page.my_data, name="my_data"),
    path("choices/", page.choose, name="my_data_choose"),
    path("parallax-my-data.json", page.download, name="my_data_download"),
    path("erase/", page.erase, name="my_data_erase"),
    path("receipts/<uuid:receipt_id>/", page.receipt, name="erasure_receipt"),
]
