from django.urls import path

from assets.gallery import gallery

urlpatterns = [path("", gallery, name="gallery")]
